"""What judging has come to so far; the alerts of events are not among it, they are told at once."""

from __future__ import annotations

import msgspec

from okta_access.matching.correlations.candidates import Candidates
from okta_access.scan.files import Files
from okta_access.scan.tally import Tally
from okta_access.scan.unseen import UnseenFields


class Findings(msgspec.Struct):
    """What was counted, what may count in correlations, and the fields that are yet unseen."""

    tally: Tally
    candidates: Candidates
    unseen: UnseenFields
    files: Files
