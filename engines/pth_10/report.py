"""What pth_10 said of a release, in words and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engines import EngineUnavailable
from engines.pth_10.corpus import corpus
from engines.pth_10.judge import Verdict, judge
from engines.pth_10.spark import NAME, ask
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules

_KINDS = {"searches of event rules": False, "filters of correlations": True}


@dataclass(frozen=True, slots=True)
class Report:
    """A verdict for each rule; or none, and why pth_10 did not run."""

    verdicts: tuple[Verdict, ...]
    not_run: str = ""

    @property
    def objects(self) -> bool:
        """Whether it has something against a search, or was asked about none."""
        asked = [one for one in self.verdicts if not one.not_asked]
        return not self.not_run and (not asked or any(one.objects for one in asked))

    def of(self, rule: str) -> str:
        """What it says of a rule."""
        found = (str(one) for one in self.verdicts if one.rule == rule)
        return self._why() if self.not_run else next(found, "no search")

    def figures(self) -> str:
        """How much was asked, and how often it objects."""
        if self.not_run:
            return self._why()
        parts = []
        for name, correlation in _KINDS.items():
            every = [one for one in self.verdicts if one.correlation is correlation]
            parts.append(f"{sum(not one.not_asked for one in every)} of {len(every)} {name}")
        cases = sum(one.rows for one in self.verdicts)
        left_out = sum(one.left_out for one in self.verdicts)
        objections = sum(one.objects for one in self.verdicts)
        return (
            f"asked about {' and '.join(parts)}: {cases} cases, {left_out} left out, "
            f"{objections} objections"
        )

    def lines(self) -> Iterator[str]:
        """Objections, what was not asked and why, and the figures."""
        for one in self.verdicts:
            if one.objects:
                yield f"{one.rule}: {one}"
        reasons = Counter(one.not_asked for one in self.verdicts if one.not_asked)
        for reason, count in sorted(reasons.items()):
            names = ", ".join(one.rule for one in self.verdicts if one.not_asked == reason)
            yield f"not asked about {count}: {reason}: {names}"
        yield f"{NAME}: {self.figures()}"

    def _why(self) -> str:
        return f"not run: {self.not_run}"


def report_on(folder: Path) -> Report:
    """What pth_10 says of the searches in a release's folder.

    Raises :class:`~engines.EngineBroken`.
    """
    job = job_of(load_rules())
    events = corpus(job.rules, job.catalog)
    try:
        return Report(tuple(judge(job, folder / "queries" / "splunk", events, ask)))
    except EngineUnavailable as error:
        return Report((), str(error))
