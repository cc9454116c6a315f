"""Words that claim what no field of these events can show.

An event of ``access.request.resolve`` does not say whether the request was approved. Nothing shows
a token, or what kind of proxy it was (Tor, VPN), or that somebody was malicious.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from okta_access.lint.run import Run
from okta_access.rules.model import Correlation, EventRule, Pattern, Rule, atoms

_DECISION = "a request that ends as resolved may have been approved or denied"
_CLAIMS = {
    r"approv(?:ed|al|als|es|ing)": _DECISION,
    r"grant(?:ed|s|ing)?": _DECISION,
    r"den(?:ied|ial|ials|ies|ying)": _DECISION,
    r"revok(?:ed|es|ing)|revocations?": "an action in a review may also give access back",
    r"tokens?": "no field shows a token",
    r"tor|vpn|vpns|anonymizer|anonymiser": "isProxy does not say which kind of proxy it was",
    r"malicious|attackers?|compromised?": "an event does not show an intent",
    r"self-approv(?:ed|al|als)": "no field of one event shows who approved",
    r"automatic(?:ally)?|manual(?:ly)?": "but for the actor's type nothing tells these apart",
    r"first[- ](?:seen|time)": "one event does not say what was there before",
}
_PATTERNS = tuple(
    (re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), reason)
    for words, reason in _CLAIMS.items()
)
# "Approval sequence" and the like name Okta's objects, not a decision.
_OBJECTS = re.compile(r"approval (?:sequence|condition|step|setting)s?", re.IGNORECASE)
_DENIED = re.compile(r"den(?:ied|ial|ials|ies|ying)", re.IGNORECASE)
_READ = 20_000  # characters; a longer text is OA102's


@dataclass(frozen=True, slots=True)
class Claim:
    """A word of a text, and why the events do not carry it."""

    word: str
    reason: str


def claims(text: str, rule: Rule | None, run: Run) -> Iterator[Claim]:
    """The claims of a text about a rule: of each kind the first.

    A rule that looks at denied operations may say so: the word says what ``outcome`` does.
    """
    text = _OBJECTS.sub("", text[:_READ])
    for pattern, reason in _PATTERNS:
        found = pattern.search(text)
        if found is not None and not (_DENIED.fullmatch(found[0]) and _asks_for_deny(run, rule)):
            yield Claim(found[0], reason)


def _asks_for_deny(run: Run, rule: Rule | None) -> bool:
    rules: tuple[EventRule, ...] = (rule,) if isinstance(rule, EventRule) else ()
    if isinstance(rule, Correlation) and rule in run.rule_set.correlations:
        rules = run.rule_set.referenced(rule)
    return any(
        atom.field == "outcome.result"
        and isinstance(atom.test, Pattern)
        and (atom.test.literal or "").upper() == "DENY"
        for one in rules
        for atom in atoms(one.expr)
    )
