"""The page of the ledger's queries: each assumption, what speaks for it, and how to ask a SIEM."""

from __future__ import annotations

from collections.abc import Iterator

from okta_access.assumptions.model import Assumption, Question
from okta_access.assumptions.registry import questions
from okta_access.compile.elastic.esql.ledger import ledger_queries
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.model import Job
from okta_access.compile.splunk.app.ledger import ledger_searches
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import source_terms

_HEAD = """\
# Which assumptions hold on your log

Rules rest on facts about Okta's data that nobody has verified on a real tenant
([the ledger](cannot-show.md)). Each rule names those it needs. Your own log says which hold there:

- **From a file**: `okta-access assumptions LOG…` gives verdicts and figures, and a plan: which
  rules to enable, to try, or to leave off for now; `--write okta-access.toml` makes settings of it.
- **In Splunk**: the app's dashboard *Okta access: assumptions*, a panel a question, and reports of
  the same names. For pasting: `queries/splunk/okta_access_assumption_….spl` of a release.
- **In Kibana**: `discover/okta_access_assumption_….esql` of a release, pasted into Discover with
  ES|QL.

Search some weeks and the events of all types, not `access.*` alone: sign-ins show where people are.
The queries give the figures of the command under the same names and leave the verdict to you. They
were held against it on the demo week and on a log of oddities: ES|QL on a real Elasticsearch, SPL
in our interpreter and by an independent grammar, not on a real Splunk. Where they differ:

- A2: the command also tells whether a client that is not the user's own is one that many share; the
  queries count such events in by_users alone.
- A5: the command looks at requests that ended in the later half of the log; the queries give all
  days, and the first ones prove nothing. So with A11 and reviews.
- A10: SPL compares logins as they are written, the others in any case.
- Elastic: where old indices keep `okta.target` flattened (`targets = "flattened"` in the settings),
  A1, A5, A6 and A11 cannot be asked.
"""


def assumptions_page(job: Job) -> str:
    """The page in Markdown, with every query in both languages as the settings have it."""
    source = source_terms(job.settings.splunk)
    names = Names(job.catalog, job.settings.splunk.field_prefix)
    searches = {name: one.pasted(source) for name, one in ledger_searches(names).items()}
    queries = ledger_queries(Fields(job.catalog, job.settings.elastic))
    parts = [
        line
        for assumption, question in questions()
        for line in _section(
            assumption, question, searches.get(question.name), queries.get(question.name)
        )
    ]
    return "\n".join([_HEAD, *parts])


def _section(
    assumption: Assumption, question: Question, search: str | None, query: str | None
) -> Iterator[str]:
    yield f"## {question.title}: {assumption.statement}\n"
    yield f"Speaks for it: {question.share}.\n"
    yield f"Where it does not hold, {assumption.otherwise}.\n"
    if assumption.seen_by_others:
        yield f"Seen by others: {assumption.seen_by_others}.\n"
    if search is not None:
        yield f"```spl\n{search}```\n"
    if query is not None:
        yield f"```esql\n{query}\n```\n"
