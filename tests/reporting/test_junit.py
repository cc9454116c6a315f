"""JUnit XML holds whatever is said, and nothing a reader could not take."""

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from okta_access.reporting import junit
from okta_access.reporting.printable import printable

TEXTS = st.text(st.characters(exclude_categories=[]))


@given(TEXTS, TEXTS, TEXTS)
def test_texts_come_back_as_they_can_be_shown(name: str, message: str, text: str) -> None:
    case = junit.case(name, name, junit.failure(message, text), junit.skipped(message))
    whole = junit.document({"tests": 1}, [junit.suite({"name": name, "tests": 1}, [case])])
    assert whole.isascii()
    root = ET.fromstring(whole)
    shown = printable(name)
    assert root.attrib == {"tests": "1"}
    assert [one.attrib for one in root.iter("testsuite")] == [{"name": shown, "tests": "1"}]
    (found,) = root.iter("testcase")
    assert found.attrib == {"classname": shown, "name": shown}
    assert [(one.tag, one.attrib, one.text or "") for one in found] == [
        ("failure", {"message": printable(message)}, printable(text, keep="\n")),
        ("skipped", {"message": printable(message)}, ""),
    ]


def test_a_case_passes_where_nothing_is_said_against_it() -> None:
    assert junit.case("a", "b") == '    <testcase classname="a" name="b"/>\n'
    (said,) = ET.fromstring(junit.case("a", "b", junit.output("1 < 2")))
    assert (said.tag, said.attrib, said.text) == ("system-out", {}, "1 < 2")
