"""What is not known of a Splunk installation: every reading under which a search must be right."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import product


class NotDocumentedError(Exception):
    """The search uses something that this interpreter does not know, or that no page settles."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """One reading.

    * ``null_text``: a JSON null is extracted as the text "null"; otherwise as no field.
    * ``empty_text``: an empty JSON text is extracted as an empty value; otherwise as no field.
    * ``unicode_case``: ``(?i)`` pairs letters as Unicode does, so also ``k`` with U+212A and ``s``
      with U+017F; otherwise only ASCII letters.
    * ``escapes``: a quoted text resolves ``\\n``, ``\\t``, ``\\r`` and ``\\x41`` before a function
      sees it; otherwise these arrive as they stand.
    """

    null_text: bool = False
    empty_text: bool = False
    unicode_case: bool = False
    escapes: bool = False


# Every two readings of any two beliefs occur together in one of these.
PAIRWISE = (
    Beliefs(),
    Beliefs(empty_text=True, unicode_case=True, escapes=True),
    Beliefs(null_text=True, unicode_case=True, escapes=True),
    Beliefs(null_text=True, empty_text=True, escapes=True),
    Beliefs(null_text=True, empty_text=True, unicode_case=True),
)


EVERY = tuple(Beliefs(*choice) for choice in product((False, True), repeat=len(fields(Beliefs))))
