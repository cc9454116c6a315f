"""How loud a rule is expected to be: ours as measured, others' not at all."""

from pathlib import Path

from msgspec.structs import replace

from okta_access.bundle.expected import expected
from okta_access.catalog.load import load_catalog
from okta_access.company.loudness import loudness
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules

METAS = {rule.name: rule.meta for rule in load_rules([rules_dir()], load_catalog()).all_rules}


def test_the_loudest_month_and_the_mean_are_of_the_recorded_alerts() -> None:
    found = loudness()
    name = next(name for name, worlds in found.alerts.items() if worlds and name in METAS)
    weekly = expected(METAS[name]) or {}
    assert [*weekly] == [*found.alerts[name]]
    for world, counts in found.alerts[name].items():
        assert weekly[world].loudest == max(counts) / found.days * 7
        assert abs(weekly[world].mean - sum(counts) / len(counts) / found.days * 7) < 1e-9


def test_a_rule_without_an_alert_is_expected_to_have_none() -> None:
    alerts = loudness().alerts
    silent = next(name for name in METAS if not alerts.get(name, True))
    assert expected(METAS[silent]) == {}


def test_nothing_is_said_of_others_rules(tmp_path: Path) -> None:
    meta = METAS[next(name for name in loudness().alerts if name in METAS)]
    assert expected(replace(meta, file=str(tmp_path / Path(meta.file).name))) is None
    assert expected(replace(meta, name="somebody_elses")) is None


def test_nothing_is_said_of_a_version_that_was_not_counted() -> None:
    meta = METAS[next(name for name in loudness().alerts if name in METAS)]
    assert expected(replace(meta, version=meta.version + 1)) is None
