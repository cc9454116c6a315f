"""How verdicts are told: counts by target, then everything not plainly exact, by its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from okta_access.api.compiling import is_nameless
from okta_access.api.rulebook import RuleBook
from okta_access.cli.terminal import Terminal
from okta_access.compile.model import Translation, Verdict

_FEW = 3  # rules of one reason that are named without being asked for


def tell_nameless(terminal: Terminal, rules: RuleBook) -> None:
    """Warn where own rules would be installed as this package's, in the place of its own."""
    if is_nameless(rules):
        terminal.warning(
            "own rules are built under the name of okta-access-detections, and would take the place"
            " of its app and files; give them an id and a name under [pack] in okta-access.toml"
        )


def tell_verdicts(
    terminal: Terminal, translations: Iterable[Translation], *, verbose: bool
) -> None:
    """Print them on stderr, targets in the order met; refusals are warnings.

    Bounds, and all names of many rules that one reason refuses, only where somebody asks for them.
    """
    by_target: dict[str, list[Translation]] = {}
    for one in translations:
        by_target.setdefault(one.target, []).append(one)
    untold = False
    for target, made in by_target.items():
        counts = Counter(one.verdict for one in made)
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
        terminal.note(f"{target}: {told}")
        for (verdict, note), rules in _by_reason(made).items():
            if verdict is Verdict.REFUSED:
                few = verbose or len(rules) <= _FEW
                untold |= not few
                names = ", ".join(rules) if few else f"{len(rules)} rules"
                terminal.warning(f"{target}: {verdict}: {names}: {note}")
            elif verbose:
                terminal.note(f"{target}: {verdict}: {', '.join(rules)}: {note}")
            else:
                untold = True
    if untold:
        terminal.note("--verbose names every rule, and the bounds of what is exact or bounded")


def _by_reason(translations: Iterable[Translation]) -> dict[tuple[Verdict, str], list[str]]:
    """Rules by verdict and note; those without a note are exact and need no word."""
    found: dict[tuple[Verdict, str], list[str]] = {}
    for one in translations:
        if one.note is not None:
            found.setdefault((one.verdict, one.note), []).append(one.rule)
    return found
