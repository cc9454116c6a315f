"""How the logs of a run are to be read: what the user said of them, and who watches."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.logs.envelopes import Envelope


class Meter(msgspec.Struct):
    """Bytes taken from the files so far, as they lie there: of an archive the compressed ones.

    Another thread may look at it at any time.
    """

    done: int = 0


class Reading(msgspec.Struct, frozen=True):
    """What the user said: the envelope, and the catalogue whose names for fields count there.

    Without a catalogue the packaged one counts. ``meter`` hears of every byte that is read,
    ``on_note`` once of each file whose layout cannot hold all that rules may ask for.
    """

    envelope: Envelope = Envelope.AUTO
    catalog: Catalog | None = None
    meter: Meter | None = None
    on_note: Callable[[str], None] | None = None

    @property
    def plain(self) -> bool:
        """Whether an event that stands alone is one, as it is unless an envelope was named."""
        return self.envelope in (Envelope.AUTO, Envelope.NONE)


AS_FOUND = Reading()
"""Where the user said nothing: each event's envelope is told by its content."""
