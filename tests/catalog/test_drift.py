"""The drift alarm on Okta's list, as published and changed."""

import csv
import io
import json

import pytest

from okta_access.catalog.drift import Drift, Published, compare, read_published
from okta_access.catalog.load import load_catalog
from okta_access.errors import InputError
from tests.builders.data import DATA

CATALOG = load_catalog()
SAME = {name: Published(event.release, False) for name, event in CATALOG.events.items()}
LIST = DATA / "okta-event-types.json"


def test_the_catalogue_is_what_okta_published() -> None:
    assert not compare(CATALOG, read_published(LIST.read_text("utf-8"), "list"))


def test_tells_every_difference() -> None:
    name, other, third = list(SAME)[:3]
    theirs = {**SAME, "access.request.approve": Published("2027.01.0", False)}
    theirs["user.session.start"] = Published("", False)
    theirs[other] = Published("1999.01.0", False)
    theirs[third] = Published(SAME[third].release, True)
    del theirs[name]
    assert compare(CATALOG, theirs) == Drift(
        ("access.request.approve",),
        (name,),
        (third,),
        (f"{other}: release {SAME[other].release}, now 1999.01.0",),
    )


def test_reads_json_and_csv_alike() -> None:
    rows = [{"eventType": name, "release": one.release, "tags": ""} for name, one in SAME.items()]
    text = io.StringIO()
    writer = csv.DictWriter(text, ["eventType", "release", "tags"])
    writer.writeheader()
    writer.writerows(rows)
    assert read_published(json.dumps(rows), "f") == SAME
    assert read_published(json.dumps({"events": rows}), "f") == SAME
    assert read_published("\ufeff" + text.getvalue(), "f") == SAME


def test_reads_the_csv_as_okta_writes_it_with_a_column_a_tag() -> None:
    text = (
        "Event Type,Description,Release Date,Tags\n"
        '"access.request.cancel","A, b","2023.06.0","access"\n'
        '"access.request.create","C","2023.06.0","access","event-hook-eligible","deprecated"\n'
        '"access.request.expire","D","2023.07.0"\n'
    )
    assert read_published(text, "f") == {
        "access.request.cancel": Published("2023.06.0", deprecated=False),
        "access.request.create": Published("2023.06.0", deprecated=True),
        "access.request.expire": Published("2023.07.0", deprecated=False),
    }


@pytest.mark.parametrize("text", ["", "[", "[]", "a,b\n1,2\n", "{}", "\x00"])
def test_refuses_what_is_no_list(text: str) -> None:
    with pytest.raises(InputError):
        read_published(text, "f")
