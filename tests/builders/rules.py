"""Rules written in a few lines, for the tests of every room."""

from okta_access.catalog.load import load_catalog
from okta_access.rules.model import EventRule, Expr
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.reading.rule_file import read_document
from okta_access.rules.reading.source import parse

CATALOG = load_catalog()
HEAD = "title: T\nid: i\nname: r\nlevel: low\nlogsource: {product: okta, service: okta}\n"


def document(text: str, file: str = "rules/r.yml") -> RuleDocument:
    """The first document of a YAML text."""
    source = parse(text.encode(), file)
    assert source.problems == ()
    return read_document(source.documents[0], file, CATALOG)


def selection(item: str) -> RuleDocument:
    """A rule whose only selection has this line."""
    return document(HEAD + "detection:\n  s:\n    " + item + "\n  condition: s\n")


def expression(item: str) -> Expr:
    """What one line of a selection means."""
    read = selection(item)
    assert read.problems == (), read.problems
    assert isinstance(read.rule, EventRule)
    return read.rule.expr


def problems(read: RuleDocument) -> list[tuple[str, int, int]]:
    """Code, line and column of each problem."""
    return [(p.code, p.span.line, p.span.column) for p in read.problems]
