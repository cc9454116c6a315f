"""Rules that were cached are the rules that reading anew gives, and never older ones."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.content import rules_dir
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.reading import cache
from okta_access.rules.reading import rule_file as reading
from okta_access.store import fingerprints, folder
from tests.builders.files import write
from tests.builders.graphs import graph
from tests.builders.rules import CATALOG, HEAD

RULE = HEAD + "detection:\n  s: {actor.id: a}\n  condition: s\n"
COUNT = (
    "title: C\nid: c\nname: c\nlevel: low\ncorrelation:\n  type: event_count\n"
    "  rules: [base]\n  timespan: 1h\n  condition: {gte: 2}\n"
)
FILTER = (
    "title: F\nid: f\nname: f\nlogsource: {product: okta, service: okta}\n"
    "filter:\n  rules: any\n  s: {actor.id: z}\n  condition: not s\n"
)
FILES = {
    "rules/a.yml": RULE,
    "rules/base/base.yml": RULE.replace("name: r", "name: base"),
    "rules/c.yml": COUNT,
    "rules/filter/f.yml": FILTER,
    "rules/two.yml": RULE + "---\n" + RULE.replace("actor.id", "actor.type"),
    "rules/twice.yml": RULE + "title: again\n",
    "rules/broken.yml": "title: [",
    "rules/empty.yml": "",
    "rules/wrong.yml": RULE.replace("actor.id: a", "actor.nothing|wrong: 1"),
    "rules/list.yml": "- 1\n- 2\n",
}


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache and an empty folder; the code was not touched just now."""
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(fingerprints, "_STARTED", float("inf"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "kept"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read anew, as they come."""
    names: list[str] = []
    read: Callable[[bytes, str, Catalog], cache.Found] = reading.read_text

    def noting(data: bytes, file: str, catalog: Catalog) -> cache.Found:
        names.append(file)
        return read(data, file, catalog)

    monkeypatch.setattr(reading, "read_text", noting)
    return names


def anew(*paths: str, catalog: Catalog = CATALOG) -> RuleSet:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(folder.VARIABLE, "off")
        return load_rules([Path(path) for path in paths], catalog)


def load(*paths: str, catalog: Catalog = CATALOG) -> RuleSet:
    return load_rules([Path(path) for path in paths], catalog)


def whole(rules: RuleSet) -> tuple[object, object]:
    """Everything there is to tell: each object, which are the same, what is missing; the trees."""
    trees = tuple(document.tree for document in rules.documents)
    missing = tuple(map(str, rules.missing))
    documents = tuple(
        (d.file, d.rule, d.selections, d.used, d.problems, d.filter) for d in rules.documents
    )
    parts = (rules.files, documents, rules.rules, rules.correlations, rules.context)
    return graph((*parts, rules.problems, rules.filters, missing)), graph(trees)


@pytest.mark.parametrize(
    "paths", [("rules",), ("rules/c.yml",), ("./rules/", "gone", "rules/two.yml")]
)
def test_rules_kept_ready_are_the_same_rules(paths: tuple[str, ...], reads: list[str]) -> None:
    write(Path(), FILES)
    expected = whole(anew(*paths))
    reads.clear()
    assert whole(load(*paths)) == expected
    assert reads != []
    reads.clear()
    assert whole(load(*paths)) == expected
    assert reads == []


def test_the_shipped_rules_too(reads: list[str]) -> None:
    expected = whole(anew(str(rules_dir())))
    load(str(rules_dir()))
    reads.clear()
    assert whole(load(str(rules_dir()))) == expected
    assert reads == []


def test_after_an_edit_that_file_alone_is_read(reads: list[str]) -> None:
    write(Path(), FILES)
    load("rules")
    reads.clear()
    write(Path(), {"rules/a.yml": RULE.replace("actor.id: a", "actor.id: b")})
    changed = load("rules")
    assert reads == ["rules/a.yml"]
    assert whole(changed) == whole(anew("rules"))
    reads.clear()
    load("rules")
    assert reads == []


def test_files_that_come_and_go_are_noticed(reads: list[str]) -> None:
    write(Path(), FILES)
    load("rules")
    Path("rules/base/base.yml").unlink()
    write(Path(), {"rules/new.yml": RULE.replace("name: r", "name: new")})
    reads.clear()
    assert whole(load("rules")) == whole(anew("rules"))
    assert reads[0] == "rules/new.yml"


def test_the_same_content_elsewhere_has_its_own_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path(), FILES)
    write(Path("other"), FILES)
    for path in ("rules", "other/rules", str(Path("rules").resolve()), "rules/../rules"):
        load(path)
        assert whole(load(path)) == whole(anew(path))
    write(tmp_path / "there", FILES | {"rules/a.yml": RULE.replace("id: a", "id: c")})
    monkeypatch.chdir(tmp_path / "there")
    assert whole(load("rules")) == whole(anew("rules"))


def test_a_copy_that_is_a_base_by_its_folder_is_silent() -> None:
    write(Path(), {"rules/a/b/r.yml": RULE, "rules/correlation/base/r.yml": RULE})
    for _ in range(2):
        assert [rule.silent for rule in load("rules").rules] == [False, True]


def test_another_catalogue_reads_anew(tmp_path: Path) -> None:
    write(Path(), {"rules/a.yml": RULE.replace("actor.id", "custom.thing")})
    extra = tmp_path / "more.yml"
    extra.write_text(
        "form: okta-access-fields/1\nfields:\n  - {path: custom.thing, type: string,"
        " description: d, splunk: custom.thing, elastic: okta.custom.thing}\n"
    )
    more = load_catalog((extra,))
    for _ in range(2):
        assert len(load("rules").rules) == len(anew("rules").rules)
        assert whole(load("rules", catalog=more)) == whole(anew("rules", catalog=more))


@pytest.mark.parametrize("name", ["code", "libraries"])
def test_another_code_or_library_reads_anew(
    name: str, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Path(), FILES)
    load("rules")
    reads.clear()
    monkeypatch.setattr(cache, name, lambda *_: b"another")
    load("rules")
    assert len(reads) == len(FILES)


def test_code_in_the_making_keeps_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "_STARTED", 0.0)
    write(Path(), FILES)
    load("rules")
    assert not kept.exists()


def test_where_the_package_is_no_folder_nothing_is_kept(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: str) -> bytes:
        raise NotADirectoryError

    monkeypatch.setattr(cache, "code", nowhere)
    write(Path(), FILES)
    assert whole(load("rules")) == whole(anew("rules"))
    assert not kept.exists()


def forgeries() -> list[bytes]:
    """What somebody may put in the place of kept rules, with a digest that agrees."""
    key = ("rules/a.yml", sha256(RULE.encode()).digest())
    entries = [
        b"",
        cache._packing().pack(cache.CachedDocument(None, (), (), (), None)),
        cache._packing().pack(cache.CachedFile((), ()))[:-1],
    ]
    encode = cache._encoder.encode
    made = [encode([cache._Entry(*key, entry)]) for entry in entries]
    return [b"", encode({}), b"\xc1\xff", *made]


@pytest.mark.parametrize("content", forgeries())
def test_what_is_no_kept_rule_is_read_anew(content: bytes, reads: list[str]) -> None:
    write(Path(), {"rules/a.yml": RULE})
    key = cache._key([Path("rules")], CATALOG)
    assert key is not None
    assert folder.write("rules", key, content)
    assert whole(load("rules")) == whole(anew("rules"))
    reads.clear()
    load("rules")
    assert reads == []  # and was kept in its place


def test_a_number_that_no_table_holds_is_read_every_time(reads: list[str]) -> None:
    write(Path(), {"rules/base.yml": FILES["rules/base/base.yml"]})
    write(Path(), {"rules/c.yml": COUNT.replace("gte: 2", f"gte: {10**30}")})
    for _ in range(2):
        reads.clear()
        assert whole(load("rules")) == whole(anew("rules"))
        assert "rules/c.yml" in reads
