"""Whether a rule became louder: the alerts a week that two releases expect of it.

Both stand in the releases' manifests, counted in the worlds of a made-up company.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from okta_access.bundle.expected import expected
from okta_access.bundle.manifest import MANIFEST, Measured, WeeklyEntry, measured
from okta_access.errors import InputError, Span
from okta_access.rules.model import Metadata


class _Counted(msgspec.Struct, frozen=True):
    """The part of a rule's entry that tells how loud it is."""

    id: str
    alerts_a_week: dict[str, WeeklyEntry] | None


class Told(msgspec.Struct, frozen=True):
    """The part of an earlier release's manifest that tells how loud its rules were."""

    version: str
    rules: tuple[_Counted, ...]
    native: tuple[_Counted, ...]
    measured: Measured


@dataclass(frozen=True, slots=True)
class Shift:
    """Alerts a week before and now, on average over ``worlds``; ``most`` is where they differ most.

    All are rounded to hundredths, as manifests are.
    """

    before: float
    now: float
    worlds: int
    most: str
    most_before: float
    most_now: float


def told_in(folder: Path) -> Told | None:
    """What the manifest in a folder tells; None without one. Raises :class:`InputError`."""
    file = folder / MANIFEST
    try:
        return msgspec.json.decode(file.read_bytes(), type=Told)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", span=Span.whole(str(file))) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"no manifest: {error}", span=Span.whole(str(file))) from error


def shifts(before: Told, metas: Iterable[Metadata]) -> Mapping[str, Shift] | None:
    """By id, the rules that both releases counted; None where they counted in different companies.

    A world that only one of them had is left out.
    """
    ours = measured()
    theirs = before.measured
    if (ours.people, ours.days, ours.months) != (theirs.people, theirs.days, theirs.months):
        return None
    worlds = [world for world in ours.worlds if world in theirs.worlds]
    was = {one.id: one.alerts_a_week for one in (*before.rules, *before.native)}
    found: dict[str, Shift] = {}
    for meta in metas:
        old, new = was.get(meta.id), expected(meta)
        if worlds and old is not None and new is not None:
            then = {world: old[world].mean if world in old else 0.0 for world in worlds}
            now = {world: round(new[world].mean, 2) if world in new else 0.0 for world in worlds}
            found[meta.id] = _shift(then, now)
    return found


def _shift(then: Mapping[str, float], now: Mapping[str, float]) -> Shift:
    count = len(then)
    most = max(then, key=lambda world: abs(now[world] - then[world]))
    before, after = (round(sum(one.values()) / count, 2) for one in (then, now))
    return Shift(before, after, count, most, then[most], now[most])
