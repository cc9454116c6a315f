"""The questions to a log that show which assumptions hold there, whatever the product.

``okta-access assumptions`` answers them from a file; each SIEM has them as queries, with the same
figures under the same names. A query gives figures and no verdict: the share to look at is named
beside it, and the bars are those of the command.
"""

from __future__ import annotations

from dataclasses import dataclass

from okta_access.assumptions.known import load_assumptions

BARS = (
    "From 90% on it is upheld, up to 50% contradicted; between, or of fewer than 20, nothing is"
    " shown."
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one assumption.

    ``figures`` are the columns of the answer, after the column ``by`` if there is one (a row for
    each of its values); ``share`` says which of them speak for the assumption.
    """

    name: str
    assumption: str
    figures: tuple[str, ...]
    share: str
    by: str | None = None

    @property
    def title(self) -> str:
        """The question's title.

        >>> QUESTIONS["a5_lifetime"].title
        'A5 lifetime'
        """
        return self.name.replace("a", "A", 1).replace("_", " ")

    @property
    def meaning(self) -> str:
        """The assumption, what speaks for it, and what happens where it does not hold."""
        known = load_assumptions()[self.assumption]
        return (
            f"{self.assumption}: {known.statement}. Speaks for it: {self.share}. Where it does not"
            f" hold, {known.otherwise}."
        )


_ALL = (
    Question(
        "a1",
        "A1",
        (
            "resolved",
            "by_users",
            "by_apps",
            "by_the_system",
            "whose_opening_is_in_the_log",
            "of_these_by_the_requester",
        ),
        f"by_users of resolved. {BARS} It is contradicted as well where most of those whose opening"
        " is in the log were resolved by their requester",
    ),
    Question(
        "a2",
        "A2",
        ("by_users", "with_the_client_of_other_events", "without_address_and_user_agent"),
        f"with_the_client_of_other_events of by_users. {BARS} Only users who also sign in within"
        " the time searched can speak for it",
        "plane",
    ),
    Question(
        "a3",
        "A3",
        ("by_users", "with_true", "with_false"),
        f"with_true and with_false together, of by_users. {BARS} Where with_true is more than 5%,"
        " it marks the company's own egress",
        "plane",
    ),
    Question(
        "a4", "A4", ("by_users", "with_a_session_id"), f"with_a_session_id of by_users. {BARS}",
        "plane",
    ),
    Question(
        "a5_targets",
        "A5",
        ("with_one_target", "with_several", "with_none"),
        f"with_one_target of all three together. {BARS}",
    ),
    Question(
        "a5_lifetime",
        "A5",
        ("ends", "whose_opening_has_the_same_id"),
        "whose_opening_has_the_same_id of ends, on the later days: requests that ended on the first"
        f" days may have been opened before. {BARS}",
        "day",
    ),
    Question(
        "a6", "A6", ("reviews_with_targets", "with_a_user"),
        f"with_a_user of reviews_with_targets. {BARS}",
    ),
    Question(
        "a7",
        "A7",
        (
            "by_apps",
            "by_known_tools",
            "by_other_programs_or_without_user_agent",
            "by_browsers",
        ),
        "by_apps and by_known_tools, of these and by_other_programs_or_without_user_agent together."
        f" {BARS} Five changes are enough",
    ),
    Question(
        "a8",
        "A8",
        (
            "access_events",
            "failure_or_deny",
            "success_with_the_reason_of_a_failure",
            "without_an_outcome",
        ),
        "failure_or_deny, of these and success_with_the_reason_of_a_failure together; one is"
        " enough. It is contradicted where half of access_events are without_an_outcome",
    ),
    Question(
        "a9", "A9", ("access_events", "by_the_connector"),
        "none by_the_connector, of 200 access_events or more; a single one contradicts it",
    ),
    Question(
        "a10",
        "A10",
        ("logins", "seen_more_than_once", "with_several_ids"),
        "seen_more_than_once without with_several_ids, of seen_more_than_once: from 90% on it is"
        " upheld, up to 80% contradicted",
    ),
)  # fmt: skip
QUESTIONS = {one.name: one for one in _ALL}
"""All questions by name, in the ledger's order; of some assumptions there are two."""
