"""Rules as queries, and as what a SIEM imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from okta_access import __version__
from okta_access.api.rulebook import AnyPath, RuleBook
from okta_access.compile.identity import is_packaged
from okta_access.compile.model import Job, Output, Translation
from okta_access.compile.registry import TARGET_NAMES, target
from okta_access.compile.write import Difference, differences, write_files
from okta_access.errors import InputError, Problem, RuleError


@dataclass(frozen=True, slots=True)
class Compilation:
    """What the targets wrote, by target; made by :func:`compile_rules`."""

    outputs: Mapping[str, Output]

    @property
    def translations(self) -> tuple[Translation, ...]:
        """A translation a target and rule: the query with its verdict, or why it is refused."""
        return tuple(one for made in self.outputs.values() for one in made.translations)

    @property
    def files(self) -> dict[str, bytes]:
        """The files of all targets, by name."""
        return {name: data for made in self.outputs.values() for name, data in made.files.items()}

    def write(self, folder: AnyPath) -> None:
        """Write the files. Raises :class:`InputError` where that cannot be done."""
        write_files(self.files, Path(folder))

    def differences(self, folder: AnyPath) -> tuple[Difference, ...]:
        """Where a folder holds something else: files changed, missing or stale, by name.

        Raises :class:`InputError` for a folder that is not there or cannot be read.
        """
        there = Path(folder)
        if not there.is_dir():
            raise InputError(f"no such folder to compare with: {there}")
        files = self.files
        return differences(files, there, {PurePath(name).suffix for name in files})


def compile_rules(rules: RuleBook, *targets: str) -> Compilation:
    """The rules for these targets, in their order; without any, for all of them.

    Rules that are switched off are written too (everything is imported disabled); those whose
    lists are empty are not. What a target cannot say truly is refused, never approximated in
    silence: see :attr:`Translation.verdict <okta_access.compile.model.Translation>` and ``note``.

    >>> from okta_access.api.rulebook import load_rules
    >>> made = compile_rules(load_rules(), "elastic-lucene")
    >>> {one.target for one in made.translations}
    {'elastic-lucene'}

    Raises:
        InputError: there is no target of that name.
        RuleError: two rules have one id, or one name.
    """
    unknown = [name for name in targets if name not in TARGET_NAMES]
    if unknown:
        raise InputError(
            f"there is no target `{unknown[0]}`", hint=f"known are {', '.join(TARGET_NAMES)}"
        )
    refuse_namesakes(rules)
    job = job_of(rules)
    return Compilation({name: target(name).compile(job) for name in targets or TARGET_NAMES})


def is_nameless(rules: RuleBook) -> bool:
    """Whether own rules would be built under the name of this package, for want of a pack."""
    nobody = rules.settings.pack is None
    return nobody and not all(is_packaged(one.meta) for one in rules.tuned.shipped.all_rules)


def refuse_namesakes(rules: RuleBook) -> None:
    """Raise :class:`RuleError` where two rules have one id, or one name, as the linter says it."""
    from okta_access.lint.checks.structure import id_twice, name_twice
    from okta_access.lint.run import Run

    run = Run(rules.loaded, rules.catalog)
    problems = tuple(
        Problem(issue.span, check.CODE, issue.message, f"first at {issue.earlier}")
        for check in (id_twice, name_twice)
        for issue in check.check(run)
    )
    if problems:
        raise RuleError("rules that a SIEM could not tell apart are not compiled", problems)


def job_of(rules: RuleBook) -> Job:
    """What a compiler is given of these rules."""
    pack = rules.settings.pack
    version = __version__ if pack is None else pack.version
    return Job(rules.tuned.shipped, rules.settings, rules.catalog, version)
