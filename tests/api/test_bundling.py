"""The release, where no command is needed to see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access import __version__
from okta_access.api.bundling import at_work, build_bundle
from okta_access.api.rulebook import AnyPath, load_rules
from okta_access.content import rules_dir
from okta_access.errors import InputError
from tests.builders.backtests import CREATE, DELETE, event_rule
from tests.builders.files import write
from tests.builders.own_rules import FIXTURE


def test_what_is_shown_at_work_is_the_same_wherever_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rules_dir().parent)
    here = at_work()
    monkeypatch.chdir(tmp_path)
    assert at_work() == here
    monkeypatch.chdir("/")
    assert at_work() == here
    assert "week.jsonl:" in here
    assert str(rules_dir().parent) not in here


def test_a_release_says_what_became_of_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rule = event_rule(1, "alpha", CREATE)
    write(tmp_path, {"rules/alpha.yml": rule, "fixtures/alpha.yml": FIXTURE})
    files = build_bundle(load_rules("rules")).contents.files
    first = files["CHANGES.md"].decode()
    assert first.startswith(f"# Rules of {__version__}\n\nThere was no earlier release")
    assert "`alpha`" not in first
    lock = files["rules.lock"].decode()
    write(tmp_path, {"releases/0.0.9/rules.lock": lock, "another/rules.lock": lock})
    write(tmp_path, {"rules/alpha.yml": rule + "version: 2\n# in other words\n"})
    assert "No rule is new" in changes_of("rules")
    other = rule.replace(CREATE, DELETE) + "version: 2\n"
    turned = FIXTURE.replace(CREATE, "x").replace(DELETE, CREATE).replace("x", DELETE)
    write(tmp_path, {"rules/alpha.yml": other, "fixtures/alpha.yml": turned})
    assert changes_of("rules").endswith(
        "## Changed meaning\n- `alpha` (version 1 to 2): Rule alpha\n"
    )
    assert changes_of("rules", since="another").startswith(
        f"# Rules of {__version__}: since another\n"
    )


def test_a_release_is_told_from_what_was_kept_of_it(tmp_path: Path) -> None:
    write(tmp_path, {"rules/alpha.yml": event_rule(1, "alpha", CREATE)})
    write(tmp_path, {"fixtures/alpha.yml": FIXTURE})
    bundle = build_bundle(load_rules(tmp_path / "rules"))
    bundle.write(tmp_path / "dist")
    since = changes_of(tmp_path / "rules", since=tmp_path / "dist")
    assert since.startswith(f"# Rules of {__version__}: since {__version__}\n")
    assert "is not told" not in since
    (tmp_path / "dist" / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="no manifest"):
        changes_of(tmp_path / "rules", since=tmp_path / "dist")


def changes_of(rules: AnyPath, since: AnyPath | None = None) -> str:
    """The page of a release of these rules."""
    return build_bundle(load_rules(rules), since=since).contents.files["CHANGES.md"].decode()
