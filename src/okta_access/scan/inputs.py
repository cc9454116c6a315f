"""Log files as streams of bytes: plain, gzip or zstd, told apart by their first bytes."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from okta_access.errors import InputError, Span

STDIN = "-"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BOM = b"\xef\xbb\xbf"

BROKEN_STREAM = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a damaged archive raises; what came before the damage is good."""


@contextmanager
def open_log(name: str) -> Iterator[io.BufferedReader]:
    """The bytes of a log; ``-`` is stdin. Raises :class:`InputError` for one that cannot be read.

    A byte-order mark at the start is passed over.
    """
    try:
        raw = sys.stdin.buffer if name == STDIN else Path(name).open("rb")  # noqa: SIM115 - below
    except OSError as error:
        raise InputError(error.strerror or str(error), span=Span.whole(name)) from error
    try:
        stream = _decompressed(raw, name)
        if stream.peek(len(_BOM))[: len(_BOM)] == _BOM:
            stream.read(len(_BOM))
        yield stream
    finally:
        if name != STDIN:
            raw.close()


def _decompressed(raw: BinaryIO, name: str) -> io.BufferedReader:
    stream = (
        raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, raw))
    )
    try:
        head = stream.peek(4)[:4]
    except OSError as error:  # a folder, for example
        raise InputError(error.strerror or str(error), span=Span.whole(name)) from error
    if head.startswith(_GZIP):
        return io.BufferedReader(_Inflated(stream))
    if head == _ZSTD:
        return io.BufferedReader(_zstd(stream, name))
    return stream


class _Inflated(io.RawIOBase):
    """A gzip stream that gives all it can before it raises at the damage."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._file = gzip.GzipFile(fileobj=stream)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer
        data = self._file.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _zstd(stream: BinaryIO, name: str) -> io.RawIOBase:
    try:
        import zstandard
    except ImportError as error:
        raise InputError(
            "is compressed with zstd, which this installation cannot read",
            span=Span.whole(name),
            hint="pip install 'okta-access-detections[zstd]'",
        ) from error
    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return cast(io.RawIOBase, reader)
