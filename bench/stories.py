"""Which rules notice the attack stories, and how far each story can be told more quietly.

``python -m bench.stories`` prints ``docs/stories.md``.
"""

from __future__ import annotations

from textwrap import wrap

from bench.quiet import alerts_in
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.company.stories import STORIES
from okta_access.company.telling import Evasion, Story, story_log
from okta_access.content import rules_dir
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import tune

_HEAD = """\
# Attack stories

Made-up intrusions, told in events (`okta_access.company.stories`), and the rules of the
default settings that notice them. No public report of such an abuse is known: the stories follow
what these workflows allow. Each is told again with a browser's user agent, without the proxy flag,
ten times as slow, with another requester's account and with another approver's; a dash means that
no medium or high rule alerts any more, which is what an intruder who knows the rules can reach.
"Survives" counts the ways of telling in which one still does.

What no rule notices stands here as well, with the reason: it is what these events do not show, or
show only where something else is switched on.
"""
_SILENT = """\
**Silent** even as told are {few} of {all}: {names}. What we do not see is below, at each of them.
"""


def main() -> None:
    """Print the page."""
    print(page(), end="")


def page() -> str:
    """The page: a table of stories, then each story with its alerts."""
    catalog = load_catalog()
    loaded = load_rules([rules_dir()], catalog)
    settings = load_settings(settings_files(loaded.files, None))
    rules = tune(loaded, settings, catalog).in_force
    found = {one.name: noticed(one, rules, catalog) for one in STORIES}
    lines = [_HEAD, "| story | " + " | ".join(Evasion) + " | survives |"]
    lines.append("|---|" + "---|" * (len(Evasion) + 1))
    for name, each in found.items():
        ways = [_worst(each[way]) for way in Evasion]
        others = [each[way] for way in Evasion if way is not Evasion.NONE]
        survives = f"{sum(map(bool, others))} of {len(others)}"
        lines.append(f"| {name} | {' | '.join(ways)} | {survives} |")
    silent = [f"[{one.name}](#{one.name})" for one in STORIES if not found[one.name][Evasion.NONE]]
    said = _SILENT.format(few=len(silent), all=len(STORIES), names=", ".join(silent))
    lines += ["", *wrap(said, 100, break_long_words=False, break_on_hyphens=False)]
    for one in STORIES:
        lines += ["", f"## {one.name}", one.about, ""]
        told = found[one.name][Evasion.NONE]
        lines += [f"- {level}: `{rule}`" for level, rule in told]
        if one.unseen:
            lines.append(f"Nothing of medium level or above notices it: {one.unseen}.")
    return "\n".join(lines) + "\n"


def noticed(
    story: Story, rules: RuleSet, catalog: Catalog
) -> dict[Evasion, list[tuple[Level, str]]]:
    """For each way to tell a story the rules of medium level and above that alert, worst first."""
    return {
        way: sorted(
            (
                key
                for key in alerts_in(rules, catalog, story_log(catalog, story, evasion=way))
                if key[0].rank >= Level.MEDIUM.rank
            ),
            key=lambda key: (-key[0].rank, key[1]),
        )
        for way in Evasion
    }


def _worst(alerts: list[tuple[Level, str]]) -> str:
    return f"{alerts[0][0]} ({len(alerts)})" if alerts else "–"


if __name__ == "__main__":
    main()
