"""Several processes judge the correlations of one scan: each takes the next that nobody took."""

from __future__ import annotations

import os
import signal
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from okta_access.matching.correlations.event_store import EventStore, Fired
from okta_access.matching.correlations.judge import CorrelationAlert

FEWEST_EVENTS = 10_000
"""With fewer a process takes longer to begin than the judging does."""

_NUMBER = "H"
_NUMBER_SIZE = array(_NUMBER).itemsize
_MOST = 30_000  # numbers that a pipe holds before anybody reads it

_Found = dict[int, list[Fired]]


def alerts_of_processes(store: EventStore, jobs: int) -> Iterator[CorrelationAlert]:
    """The alerts of a store, as it gives them itself, judged by so many processes."""
    if jobs == 1 or len(store) < FEWEST_EVENTS:
        return store.alerts()
    with ExitStack() as at_end:
        waiting = _all_of(store)
        at_end.callback(os.close, waiting)
        receivers = [_helper(store, waiting, at_end) for _ in range(jobs - 1)]
        found = _judged(store, waiting)
        for receiver in receivers:
            found |= _received(receiver)
    return store.alerts(found)


def _all_of(store: EventStore) -> int:
    """A pipe with the numbers of the correlations; whoever reads one has it for himself."""
    reader, writer = os.pipe()
    os.write(writer, array(_NUMBER, store.by_effort()[:_MOST]).tobytes())
    os.close(writer)
    return reader


def _judged(store: EventStore, waiting: int) -> _Found:
    found: _Found = {}
    while taken := os.read(waiting, _NUMBER_SIZE):
        (number,) = array(_NUMBER, taken)
        found[number] = [*store.fired(number)]
    return found


def _helper(store: EventStore, waiting: int, at_end: ExitStack) -> Connection:
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    told = (receiver, sender, store, waiting)
    helper = context.Process(target=_send, args=told, daemon=True)
    helper.start()
    at_end.callback(_end, helper)
    sender.close()
    return at_end.enter_context(receiver)


def _send(receiver: Connection, sender: Connection, store: EventStore, waiting: int) -> None:
    receiver.close()  # or nobody would be missed who no longer reads
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    sender.send(_judged(store, waiting))


def _received(receiver: Connection) -> _Found:
    """What a helper found; nothing where it was ended: what it had taken is then judged here."""
    try:
        found: _Found = receiver.recv()
    except (EOFError, OSError):  # the latter in the middle of what it was sending
        return {}
    return found


def _end(helper: ForkProcess) -> None:
    helper.kill()
    helper.join()
