"""Where Elastic keeps what a rule names: names, types, and whether targets are flattened."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from okta_access.catalog.model import Catalog, FieldType
from okta_access.errors import Refused
from okta_access.rules.settings.files import ElasticSettings

_NAME = re.compile(r"[A-Za-z_@][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_TARGETS = "okta.target."
# Okta's integration names fields of that type so: okta.debug_context.debug_data.flattened.…
_FLATTENED = ".flattened."


@dataclass(frozen=True, slots=True)
class ElasticField:
    """A field as Elastic has it; ``path`` is the rule's name for it.

    ``flattened`` says that in some index it may be a key of a field of type flattened, which
    answers to whole terms, prefixes and "is it there" alone; ``member`` that one event may hold
    several values.
    """

    path: str
    name: str
    type: FieldType
    flattened: bool
    member: bool

    @property
    def is_text(self) -> bool:
        """Whether it is a keyword, neither ip nor boolean."""
        return self.type in (FieldType.STRING, FieldType.ENUM)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a catalogue under the user's settings."""

    catalog: Catalog
    settings: ElasticSettings = field(default_factory=ElasticSettings)

    def of(self, path: str) -> ElasticField:
        """The field of a path. Raises :class:`Refused` for one without a usable Elastic name."""
        known = self.catalog.field(path)
        if known is None:
            raise Refused(f"`{path}` is not in the catalogue, so it has no name in Elastic")
        if not _NAME.fullmatch(known.elastic):
            raise Refused(f"`{path}` has no Elastic name that a query can carry: `{known.elastic}`")
        old_target = known.elastic.startswith(_TARGETS) and self.settings.targets == "flattened"
        flattened = old_target or _FLATTENED in known.elastic
        return ElasticField(path, known.elastic, known.type, flattened, known.member)
