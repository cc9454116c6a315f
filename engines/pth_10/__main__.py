"""``python -m engines.pth_10 FOLDER``: a second judge's word on the searches of a release.

Asks pth_10 about each search in ``FOLDER/queries/splunk`` and prints what it has against them,
what it was asked and what not. Exits 1 when it objects, and 2 when it is not to be had or is not
the judge it is taken for.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from engines import EngineBroken, EngineUnavailable
from engines.pth_10.corpus import corpus
from engines.pth_10.judge import Verdict, judge
from engines.pth_10.spark import NAME, ask
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules


def main(arguments: list[str]) -> int:
    """Judges the release in the folder that ``arguments`` name; gives the exit code."""
    try:
        verdicts = of_release(Path(arguments[0]))
    except (EngineUnavailable, EngineBroken) as error:
        print(f"pth_10: {error}", file=sys.stderr)
        return 2
    for line in told(verdicts):
        print(line)
    return 1 if any(one.objects for one in verdicts) else 0


def of_release(folder: Path) -> list[Verdict]:
    """A verdict for each rule, of its search in the release.

    Raises :class:`~engines.EngineUnavailable` and :class:`~engines.EngineBroken`.
    """
    job = job_of(load_rules())
    return judge(job, folder / "queries" / "splunk", corpus(job.rules, job.catalog), ask)


def told(verdicts: list[Verdict]) -> Iterator[str]:
    """The verdicts in words: objections, what was not asked and why, and a line of figures."""
    for one in verdicts:
        if one.objects:
            yield f"pth_10: {one.rule}: {one}"
    for reason, count in sorted(Counter(one.not_asked for one in verdicts).items()):
        if reason:
            names = ", ".join(one.rule for one in verdicts if one.not_asked == reason)
            yield f"pth_10: not asked: {count}: {reason}: {names}"
    yield f"pth_10: {NAME}: {counted(verdicts)}"


def counted(verdicts: list[Verdict]) -> str:
    """How much was asked, and how often it objects."""
    kinds = {"searches of event rules": False, "filters of correlations": True}
    parts = []
    for name, correlation in kinds.items():
        every = [one for one in verdicts if one.correlation is correlation]
        parts.append(f"{sum(not one.not_asked for one in every)} of {len(every)} {name}")
    rows = max((one.rows + one.left_out for one in verdicts), default=0)
    cases = sum(one.rows for one in verdicts)
    left_out = sum(one.left_out for one in verdicts)
    return (
        f"asked {' and '.join(parts)}, {rows} rows each: {cases} cases, {left_out} left out, "
        f"{sum(one.objects for one in verdicts)} objections"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
