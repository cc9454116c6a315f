"""A folder with rules of its own, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

from tests.builders.backtests import CREATE, DELETE, count_rule, event_rule
from tests.builders.files import write

FIXTURE = f"""\
match:
    - {{why: It is one., event: {{eventType: {CREATE}}}}}
miss:
    - {{why: It is another., event: {{eventType: {DELETE}}}}}
"""


def own_rules(folder: Path) -> Path:
    """An event rule, a correlation on it and a rule that is off; gives their folder."""
    write(
        folder,
        {
            "rules/alpha.yml": event_rule(1, "alpha", CREATE),
            "rules/often.yml": count_rule(2, "often", "alpha", 2),
            "rules/quiet.yml": event_rule(3, "quiet", DELETE),
            "rules/defaults.toml": '[rules.quiet]\nenabled = false\nreason = "it is loud"\n',
            "fixtures/alpha.yml": FIXTURE,
        },
    )
    return folder / "rules"
