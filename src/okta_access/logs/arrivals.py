"""Bytes of a stream as they arrive, and what happens while none do."""

from __future__ import annotations

import io
import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType

_LONGEST_WAIT = 3600.0  # seconds of one call; a timeout of weeks is more than poll takes


class Stop:
    """Ctrl-C and SIGTERM, from entering the block to leaving it, as wishes to come to an end.

    ``asked`` is the signal that came. A second one acts as it would have without this. A signal
    that is ignored (a shell's background job) stays so.
    """

    def __init__(self) -> None:
        self.asked: int | None = None
        self._before: dict[int, object] = {}
        self._woken, self._wakes = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wakes, False)
        self._former_wakes = -1

    def fileno(self) -> int:
        """Becomes readable when a signal has come."""
        return self._woken

    def heard(self) -> bool:
        """Whether an end is wished for."""
        with suppress(BlockingIOError):
            os.read(self._woken, 64)
        return self.asked is not None

    def __enter__(self) -> Stop:
        self._former_wakes = signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore()
        signal.set_wakeup_fd(self._former_wakes)
        os.close(self._woken)
        os.close(self._wakes)

    def _ask(self, number: int, _: FrameType | None) -> None:
        self.asked = number
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave
        self._before = {}


class Arrivals(io.RawIOBase):
    """The bytes of a descriptor as soon as they are there.

    ``on_silence`` is called whenever nothing has come for ``silence`` seconds. The stream ends
    where the descriptor's does, or once ``stop`` has heard of an end: ``cut`` is then true. With
    ``reader``, the descriptor that results are written to, a reader that has gone away raises
    :class:`BrokenPipeError` at once and not with the next result.
    """

    def __init__(
        self,
        descriptor: int,
        stop: Stop,
        silence: float,
        on_silence: Callable[[], None],
        reader: int | None = None,
    ) -> None:
        super().__init__()
        self.cut = False
        self._descriptor = descriptor
        self._stop = stop
        self._silence = silence
        self._on_silence = on_silence
        self._reader = reader
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)
        self._poll.register(stop, select.POLLIN)
        if reader is not None:
            self._poll.register(reader, 0)  # errors are told unasked

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer
        """Wait for bytes; none at the end."""
        until = time.monotonic() + self._silence
        while not self._stop.heard():
            left = min(max(until - time.monotonic(), 0.0), _LONGEST_WAIT)
            ready = {number for number, _ in self._poll.poll(left * 1000)}
            if self._stop.fileno() in ready:
                continue
            if self._reader in ready:
                raise BrokenPipeError
            if self._descriptor in ready:
                try:
                    data = os.read(self._descriptor, len(buffer))
                except BlockingIOError:
                    continue
                buffer[: len(data)] = data
                return len(data)
            if not ready and time.monotonic() >= until:
                self._on_silence()
                until = time.monotonic() + self._silence
        self.cut = True
        return 0
