"""JUnit XML, which CI systems list as tests.

All in ASCII. Characters that XML cannot hold are shown as escapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from okta_access.reporting.printable import printable

Attributes = Mapping[str, str | int]


def document(attributes: Attributes, suites: Iterable[str]) -> str:
    """The whole file: its attributes (name and counts, as far as they are told) and its suites."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    whole = f"{head}<testsuites{_written(attributes)}>\n{''.join(suites)}</testsuites>\n"
    return whole.encode("ascii", "xmlcharrefreplace").decode("ascii")


def suite(attributes: Attributes, cases: Iterable[str]) -> str:
    """A suite of cases; its attributes are its name and its counts."""
    return f"  <testsuite{_written(attributes)}>\n{''.join(cases)}  </testsuite>\n"


def case(classname: str, name: str, *said: str) -> str:
    """A case, which passes unless what is said of it is a failure or that it was skipped.

    >>> case("rule", "check", skipped("no engine")).strip()
    '<testcase classname="rule" name="check"><skipped message="no engine"/></testcase>'
    """
    head = f"    <testcase{_written({'classname': classname, 'name': name})}"
    return f"{head}>{''.join(said)}</testcase>\n" if said else f"{head}/>\n"


def failure(message: str, text: str = "") -> str:
    """That a case failed: why in short, and what there is to read."""
    return _element("failure", text, {"message": message})


def skipped(message: str) -> str:
    """That a case was left out, and why."""
    return _element("skipped", "", {"message": message})


def output(text: str) -> str:
    """What a case has to say besides."""
    return _element("system-out", text, {})


def _element(tag: str, text: str, attributes: Attributes) -> str:
    head = f"<{tag}{_written(attributes)}"
    return f"{head}>{escape(printable(text, keep=chr(10)))}</{tag}>" if text else f"{head}/>"


def _written(attributes: Attributes) -> str:
    return "".join(f" {key}={quoteattr(printable(str(one)))}" for key, one in attributes.items())
