"""Several processes judge the pieces of a log; one joins what they found, in the log's order."""

from __future__ import annotations

import signal
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from io import BufferedReader, FileIO, RawIOBase
from multiprocessing import get_context
from pathlib import Path

import msgspec

from okta_access.errors import InputError, Span
from okta_access.logs.decode import NoEvent, decode
from okta_access.logs.layout import Layout
from okta_access.logs.pieces import Piece
from okta_access.logs.place import Place
from okta_access.logs.reading import Reading
from okta_access.logs.records import Start, records
from okta_access.logs.rejects import Reject
from okta_access.scan import search
from okta_access.scan.alerts import PendingAlert
from okta_access.scan.engine import Scan
from okta_access.scan.piece_judge import Part, PieceJudge
from okta_access.scan.prefilter import prefiltered
from okta_access.scan.scan_rules import ScanRules
from okta_access.scan.tally import TimeRange

_AHEAD = 2  # pieces for each process that are read before they are wanted


class JudgedPiece(msgspec.Struct, frozen=True):
    """What a piece came to; its lines are numbered from 1. ``size`` is in bytes."""

    lines: int
    size: int
    pending: list[PendingAlert]
    rejects: list[Reject]
    part: Part


class Workers:
    """So many processes that judge as a scan does."""

    def __init__(self, scan: Scan, reading: Reading, jobs: int) -> None:
        self._given = scan.rules, scan.range, reading
        self._jobs = jobs
        self._executor = self._started()

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._jobs, get_context("fork"), _begin, self._given)

    def end(self) -> None:
        """End them."""
        self._executor.shutdown(cancel_futures=True)

    def _start_anew(self) -> None:
        """Let others judge what comes next: these have kept events that nobody has asked for."""
        self.end()
        self._executor = self._started()

    def judge(self, name: str, pieces: Sequence[Piece], *, strict: bool) -> Iterator[JudgedPiece]:
        """What the pieces of a log came to, in their order.

        Raises :class:`InputError` where the log cannot be read on, or a process was ended.
        """
        waiting = deque(pieces)
        running: deque[Future[JudgedPiece]] = deque()
        try:
            while waiting or running:
                while waiting and len(running) < _AHEAD * self._jobs:
                    task = self._executor.submit(_judge, name, waiting.popleft(), strict)
                    running.append(task)
                yield running.popleft().result()
        except OSError as error:
            self._start_anew()
            raise InputError(error.strerror or str(error), span=Span.whole(name)) from error
        except BrokenProcessPool as error:
            self._start_anew()
            raise InputError(
                "a process that read it was ended from outside; was there too little memory?",
                span=Span.whole(name),
                hint="--jobs 1 needs the least",
            ) from error


@contextmanager
def workers(scan: Scan, reading: Reading, jobs: int) -> Iterator[Workers]:
    """So many processes that judge as ``scan`` does; they end with the block."""
    crew = Workers(scan, reading, jobs)
    try:
        yield crew
    finally:
        crew.end()


class _How(msgspec.Struct, frozen=True):
    """How a process is to read, and what judges there."""

    reading: Reading
    judge: PieceJudge


_how: list[_How] = []  # in a worker: its own


def _begin(rules: ScanRules, range_: TimeRange, reading: Reading) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    _how[:] = [_How(reading, PieceJudge(rules, range_))]


class _Slice(RawIOBase):
    """The bytes of a piece, as they are read; ``size`` and ``lines`` count what was."""

    def __init__(self, file: FileIO, piece: Piece) -> None:
        super().__init__()
        self.size = self.lines = 0
        self._file = file
        self._end = piece.end
        file.seek(piece.start)
        if piece.start == 0 and file.read(len(BOM_UTF8)) != BOM_UTF8:
            file.seek(0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer
        data = buffer if self._end is None else buffer[: max(self._end - self._file.tell(), 0)]
        got = self._file.readinto(data)
        self.size += got
        self.lines += search.count(data, b"\n", 0, got)
        return int(got)


def _judge(name: str, piece: Piece, strict: bool) -> JudgedPiece:
    (how,) = _how
    judge = how.judge
    judge.next_piece(name)
    pending: list[PendingAlert] = []
    rejects: list[Reject] = []
    with Path(name).open("rb", buffering=0) as file:
        raw = _Slice(file, piece)
        stream: BufferedReader = BufferedReader(raw)
        start = Start(1, Layout.LINES)
        for record in records(stream, start) if strict else prefiltered(stream, 1, judge):
            event = decode(record.data, how.reading)
            if isinstance(event, NoEvent):
                rejects.append(Reject(Place(name, record.line), event.reason, record.data))
            else:
                pending += judge.judge(event, record.line)
    return JudgedPiece(raw.lines, raw.size, pending, rejects, judge.part())
