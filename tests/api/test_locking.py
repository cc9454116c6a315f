"""Rules locked: what is written, what stands in the way, and whose rules they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.api.locking import lock_rules
from okta_access.content import rules_dir
from okta_access.errors import InputError, NothingToRead, RuleError
from okta_access.rules.lock.compare import Change, Fault
from tests.builders.backtests import CREATE, DELETE, count_rule, event_rule
from tests.builders.files import write
from tests.cli.test_own_packs import EXTENDS, PACK, packaged

ALPHA = event_rule(1, "alpha", CREATE)
OFTEN = count_rule(2, "often", "alpha", 2)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A locked folder of an event rule and a correlation on it."""
    write(tmp_path, {"rules/alpha.yml": ALPHA, "rules/often.yml": OFTEN})
    found = lock_rules(tmp_path / "rules")
    found.write()
    return tmp_path / "rules"


def test_the_rules_of_this_repository_are_locked() -> None:
    """`okta-access lock` does it, and says which version must rise."""
    found = lock_rules(rules_dir())
    assert (found.unlockable, found.stale) == ((), False)


def test_what_is_locked_is_not_stale(rules: Path) -> None:
    found = lock_rules(rules)
    assert (found.changes, found.unlockable, found.stale) == ((), (), False)
    assert [one.name for one in found.after.rules.values()] == ["alpha", "often"]


def test_a_base_that_changes_changes_the_correlations_on_it(rules: Path) -> None:
    write(rules, {"alpha.yml": event_rule(1, "alpha", DELETE)})
    found = lock_rules(rules)
    faults = {one.meta.name: one.fault for one in found.unlockable}
    assert faults == {"alpha": Fault.UNRAISED, "often": Fault.UNRAISED}
    with pytest.raises(RuleError) as error:
        found.write()
    assert [problem.message for problem in error.value.problems] == [
        "the meaning changed: raise `version` from 1 to 2"
    ] * 2
    assert lock_rules(rules).before == found.before


def test_a_raised_version_is_locked(rules: Path) -> None:
    write(
        rules,
        {
            "alpha.yml": event_rule(1, "alpha", DELETE) + "version: 2\n",
            "often.yml": OFTEN + "version: 2\n",
        },
    )
    found = lock_rules(rules)
    assert {one.name: one.kind for one in found.changes} == {
        "alpha": Change.MEANING,
        "often": Change.MEANING,
    }
    found.write()
    assert not lock_rules(rules).stale


def test_an_id_of_a_retired_rule_stays_its_own(rules: Path) -> None:
    (rules / "often.yml").unlink()
    lock_rules(rules).write()
    write(rules, {"other.yml": count_rule(2, "other", "alpha", 3)})
    (found,) = lock_rules(rules).unlockable
    assert (found.meta.name, found.fault, found.before.name) == ("other", Fault.REUSED, "often")


def test_a_pack_locks_its_own_rules_and_knows_the_bases_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = min(packaged("bases"))
    write(
        tmp_path,
        {
            "okta-access.toml": PACK + EXTENDS,
            "rules/mine.yml": count_rule(3, "mine", base, 2),
        },
    )
    monkeypatch.chdir(tmp_path)
    assert [one.name for one in lock_rules("rules").after.rules.values()] == ["mine"]


def test_what_cannot_be_locked(tmp_path: Path, rules: Path) -> None:
    with pytest.raises(InputError, match="is not named `rules`"):
        lock_rules(tmp_path)
    write(rules, {"alpha.yml": "title: broken\n"})
    with pytest.raises(RuleError, match="no meaning that could be locked"):
        lock_rules(rules)
    (tmp_path / "rules.lock").write_text("nothing\n")
    write(rules, {"alpha.yml": ALPHA})
    with pytest.raises(InputError, match="no line of a lock"):
        lock_rules(rules)
    with pytest.raises(NothingToRead):
        lock_rules(tmp_path / "elsewhere" / "rules")
