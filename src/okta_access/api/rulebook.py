"""Rules as everything else here takes them: read, with the settings that hold for them."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import msgspec

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.content import rules_dir
from okta_access.errors import InputError, NothingToRead, Problem, RuleError
from okta_access.rules.collection import RuleSet, lies_beside
from okta_access.rules.collection import load_rules as read_rules
from okta_access.rules.extending import extended
from okta_access.rules.model import Rule
from okta_access.rules.settings.files import (
    Settings,
    extends_packaged,
    load_settings,
    settings_files,
)
from okta_access.rules.settings.packs import with_packs
from okta_access.rules.settings.tuning import Off, Tuned, closest, tune

AnyPath = str | PathLike[str]


class RuleBook(msgspec.Struct, frozen=True):
    """The rules of a run and all that holds for them; made by :func:`load_rules`.

    ``loaded`` are the rules as they are written, ``tuned`` as the settings make them.
    """

    catalog: Catalog
    settings: Settings
    loaded: RuleSet
    tuned: Tuned

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The event rules and correlations in force, by name, as the settings make them."""
        return self.tuned.in_force.all_rules

    @property
    def off(self) -> tuple[Off, ...]:
        """The rules that are not in force, by name, each with the reason."""
        return self.tuned.off

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the files; a rule with a problem is in no other list."""
        return self.loaded.problems

    @property
    def missing(self) -> tuple[InputError, ...]:
        """The inputs that were named and are not there."""
        return self.loaded.missing

    @property
    def unknown(self) -> tuple[str, ...]:
        """The rules that the settings name and that do not exist."""
        return tuple(
            name for name in self.tuned.unknown if not lies_beside(self.loaded.files, name)
        )

    def named(self, name: str) -> Rule:
        """The rule of this name or id as the settings make it, also one that is switched off.

        Raises:
            RuleError: its file has problems.
            InputError: there is no such rule, or the lists that it needs are empty.
        """
        found = next((r for r in self.loaded.all_rules if name in (r.name, r.meta.id)), None)
        if found is None:
            problems = tuple(p for p in self.problems if Path(p.span.file).stem == name)
            if problems:
                raise RuleError("the rule cannot be used: its file has problems", problems)
            close = closest(name, self.loaded)
            raise InputError(
                f"no rule is named `{name}`", hint=f"did you mean {close}?" if close else None
            )
        return self.usable(found)

    def usable(self, rule: Rule) -> Rule:
        """A loaded rule as the settings make it. Raises :class:`InputError` as :meth:`named`."""
        found = next((r for r in self.tuned.shipped.all_rules if r.name == rule.name), None)
        if found is None:
            raise InputError(f"{rule.name} cannot be judged: {self.why_off(rule)}")
        return found

    def why_off(self, rule: Rule) -> str | None:
        """Why a rule is not in force; None where it is."""
        return next((one.reason for one in self.off if one.rule == rule.name), None)


def packaged_rules() -> Path:
    """The folder of the rules that came with the package, to be loaded beside your own.

    >>> packaged_rules().name
    'rules'
    """
    return rules_dir()


def load_rules(
    *paths: AnyPath,
    catalog: Iterable[AnyPath] = (),
    settings: AnyPath | None = None,
    extend: bool = True,
    packs: Iterable[str] = (),
) -> RuleBook:
    """The rules of these files and folders; without any, the packaged ones.

    Args:
        paths: YAML files, or folders that hold some.
        catalog: files that add event types or fields to the catalogue.
        settings: a settings file; without one, ``okta-access.toml`` of the current folder, where
            there is one. ``defaults.toml`` of the rules' folders lies below it in any case.
        extend: add the packaged rules, where the settings hold a ``[pack]`` that extends them. If
            False they are only there for what refers to them. The packs that the settings switch
            on are read under the same condition.
        packs: packs of rules that are read on demand only (``debugdata``, ``neighbours``), each
            with its catalogue file.

    Files never raise for what they hold: see :attr:`RuleBook.problems` and
    :attr:`RuleBook.missing`.

    >>> book = load_rules()
    >>> book.problems, book.missing
    ((), ())
    >>> load_rules("nowhere")
    Traceback (most recent call last):
      ...
    okta_access.errors.NothingToRead: nothing to read: no rule file was found (name a rule file, \
or a folder that holds some)

    Raises:
        NothingToRead: no file was found.
        CatalogError: a catalogue file breaks the form of these.
        SettingsError: a settings file has a mistake, or a setting does not fit its rule.
        InputError: a catalogue or settings file cannot be read.
    """
    chosen = None if settings is None else Path(settings)
    inputs = with_packs(
        [*map(Path, paths)] or [packaged_rules()], map(Path, catalog), packs, chosen, whole=extend
    )
    known = load_catalog(inputs.catalogs)
    base = packaged_rules() if extends_packaged(chosen) else None
    loaded = read_rules(inputs.paths, known, base)
    if not loaded.files:
        raise NothingToRead(map(str, loaded.missing))
    if base is not None and extend:
        loaded = extended(loaded, read_rules([base], known))
    in_force = load_settings(settings_files(loaded.files, chosen))
    return RuleBook(known, in_force, loaded, tune(loaded, in_force, known))
