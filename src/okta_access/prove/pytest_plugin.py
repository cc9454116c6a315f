"""``pytest --okta-access rules/``: each rule file is collected, and each rule is a test.

Off unless asked for, by the option or by ``okta_access = true`` in pytest's configuration; then a
YAML file with a ``detection`` or a ``correlation`` is taken for a rule file. A test proves one
rule as ``okta-access test`` does, and fails with the same report. Nothing of ours is imported
before that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from okta_access.catalog.model import Catalog
    from okta_access.rules.collection import RuleSet
    from okta_access.rules.model import Rule

_SUFFIXES = (".yml", ".yaml")
_NO_RULES = ("fixtures",)
_A_RULE = re.compile(rb"^(?:detection|correlation)[ \t]*:", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, all of them about rules."""
    group = parser.getgroup("okta-access", "Sigma rules for Okta (okta-access-detections)")
    group.addoption("--okta-access", action="store_true", help="Prove each rule file found.")
    group.addoption("--okta-access-seed", type=int, default=0, help="As okta-access test --seed.")
    group.addoption("--okta-access-examples", type=int, help="As okta-access test --examples.")
    for name, what in (("catalog", "FILE"), ("pack", "NAME")):
        shown = f"As okta-access test --{name} (may be repeated)."
        group.addoption(
            f"--okta-access-{name}", action="append", default=[], metavar=what, help=shown
        )
    parser.addini("okta_access", "Prove each rule file found, as --okta-access does.", type="bool")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> RuleFile | None:
    """A collector for a rule file."""
    config = parent.config
    if not (config.getoption("okta_access") or config.getini("okta_access")):
        return None
    if file_path.suffix not in _SUFFIXES or file_path.parent.name in _NO_RULES:
        return None
    if not _A_RULE.search(file_path.read_bytes()):
        return None
    return RuleFile.from_parent(parent, path=file_path)


class RuleFile(pytest.File):
    """A file of rules."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each rule; raises for a file that cannot be read as rules."""
        from okta_access.catalog.load import load_catalog
        from okta_access.content import in_pack
        from okta_access.rules.collection import load_rules
        from okta_access.rules.settings.files import load_settings, settings_files
        from okta_access.rules.settings.packs import pack_folder, packs_wanted, with_packs
        from okta_access.rules.settings.tuning import as_written

        catalogs = map(Path, self.config.getoption("okta_access_catalog"))
        packs = self.config.getoption("okta_access_pack")
        file = self._shown_path()
        inputs = with_packs((file,), catalogs, packs, None, whole=False)
        folders = (pack_folder(name).resolve() for name in (*packs, *packs_wanted(None)))
        if in_pack(str(self.path)) and not any(map(self.path.is_relative_to, folders)):
            yield UnreadPack.from_parent(self, name=file.stem)
            return
        catalog = load_catalog(inputs.catalogs)
        loaded = load_rules((file,), catalog)
        if loaded.problems:
            raise self.CollectError("\n".join(map(str, loaded.problems)))
        rules = as_written(loaded, load_settings(settings_files(loaded.files, None)), catalog)
        for rule in loaded.all_rules:
            item = RuleItem.from_parent(self, name=rule.name)
            item.rules, item.catalog = rules, catalog
            yield item

    def _shown_path(self) -> Path:
        """As a user would write it, so that the report's command can be run again."""
        here = Path.cwd()
        return self.path.relative_to(here) if self.path.is_relative_to(here) else self.path


class UnreadPack(pytest.Item):
    """A rule of a pack that nobody asked for, and whose catalogue was therefore not read."""

    def runtest(self) -> None:
        """Skips."""
        pytest.skip("its pack is not asked for: --okta-access-pack, or packs in okta-access.toml")


class RuleItem(pytest.Item):
    """A rule to be proven."""

    rules: RuleSet
    catalog: Catalog

    def runtest(self) -> None:
        """Proves the rule, and fails with the report where a check failed."""
        from okta_access.prove.evidence import Report
        from okta_access.prove.reports.text import lines
        from okta_access.prove.run import DEFAULT_EXAMPLES, Options, prove

        rule = next((one for one in self.rules.all_rules if one.name == self.name), None)
        if rule is None:
            pytest.skip("it needs a list that is empty: fill it under [lists] in okta-access.toml")
        seed = self.config.getoption("okta_access_seed")
        examples = self.config.getoption("okta_access_examples") or DEFAULT_EXAMPLES
        found = tuple(prove(_alone(rule, self.rules), self.catalog, Options(seed, examples)))
        report = Report(seed, examples, found)
        if report.failed:
            pytest.fail("\n".join(lines(report)), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the rule is."""
        return self.path, None, self.name


def _alone(rule: Rule, rules: RuleSet) -> RuleSet:
    """The rule, with the others at hand for what it refers to."""
    from msgspec.structs import replace

    from okta_access.rules.model import EventRule

    if isinstance(rule, EventRule):
        return replace(rules, rules=(rule,), correlations=(), context=())
    others = (*rules.rules, *rules.context)
    return replace(rules, rules=(), correlations=(rule,), context=others)
