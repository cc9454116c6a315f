"""Log files as streams of bytes: plain, gzip or zstd, told apart by their first bytes."""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from okta_access.errors import InputError, Span
from okta_access.logs.layout import SPACE, layout_of
from okta_access.logs.reading import AS_FOUND, Meter, Reading

STDIN = "-"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BOM = b"\xef\xbb\xbf"
_BUFFER = 1 << 17
_HEAD = 1 << 16  # bytes by which the layout shows, if at all
_MAGIC = 6  # bytes by which a compression or a byte-order mark shows
_ZSTD_CHUNK = 1 << 12  # so that a bomb swells to 128 MB at most

BROKEN_STREAM = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a damaged archive raises; what came before the damage is good."""


def damage(error: Exception) -> str:
    """What such an error says of the place where it was raised."""
    return f"the compressed file is damaged or cut off after this line ({error})"


_UNREADABLE = {
    b"PK\x03\x04": ("a zip archive", "unzip it first"),
    b"BZh": ("compressed with bzip2", "bunzip2 it first"),
    b"\xfd7zXZ\x00": ("compressed with xz", "unxz it first"),
    b"PAR1": ("a Parquet file", "export it as JSON Lines"),
}
_WIDE = "it is UTF-16 or UTF-32, which JSON is not written in"
_WIDE_HINT = "iconv -f UTF-16 -t UTF-8 makes it readable"


@contextmanager
def open_log(name: str, reading: Reading = AS_FOUND) -> Iterator[io.BufferedReader]:
    """The bytes of a log; ``-`` is stdin. Raises :class:`InputError` for one that cannot be read.

    A byte-order mark at the start is passed over. The meter of ``reading`` hears of the bytes as
    they are taken from the file.
    """
    raw = _opened(name)
    try:
        yield _text_of(raw, name, reading.meter)
    finally:
        if name != STDIN:
            raw.close()


def size_of(name: str) -> int | None:
    """The bytes of a log as it lies on disk; None for a pipe, and for what is not there."""
    try:
        if name == STDIN:
            if sys.stdin is None:
                return None
            found = os.fstat(sys.stdin.fileno())
        else:
            found = Path(name).stat()
    except (OSError, ValueError):  # ValueError: a stream without a file below
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _opened(name: str) -> io.BufferedReader:
    if name == STDIN:
        if sys.stdin is None:  # a shell's `<&-`
            raise InputError("stdin is closed", span=Span.whole(name))
        return cast(io.BufferedReader, sys.stdin.buffer)
    try:
        return cast(io.BufferedReader, Path(name).open("rb", buffering=_BUFFER))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputError(_reason(error), span=Span.whole(name)) from error


def _text_of(raw: io.BufferedReader, name: str, meter: Meter | None) -> io.BufferedReader:
    """The stream inside, at its first character."""
    if meter is not None or name == STDIN or not raw.seekable():
        raw = io.BufferedReader(_Counted(raw, meter or Meter()), _BUFFER)
    stream = _unpacked(raw, name)
    try:
        head = stream.peek(4)[:4]
    except (*BROKEN_STREAM, OSError):
        return stream  # whoever reads it is told again, and names the place
    if head.startswith(_BOM):
        stream.read(len(_BOM))
    elif head[:2] in (b"\xff\xfe", b"\xfe\xff") or _has_wide_bracket(head):
        raise InputError(_WIDE, span=Span.whole(name), hint=_WIDE_HINT)
    return stream


def _unpacked(stream: io.BufferedReader, name: str) -> io.BufferedReader:
    try:
        head = stream.peek(_MAGIC)[:_MAGIC]
    except OSError as error:  # a folder, for example
        raise InputError(_reason(error), span=Span.whole(name)) from error
    for magic, (what, hint) in _UNREADABLE.items():
        if head.startswith(magic):
            raise InputError(f"it is {what}", span=Span.whole(name), hint=hint)
    if head.startswith(_GZIP):
        return io.BufferedReader(_Inflated(stream), _BUFFER)
    if head.startswith(_ZSTD):
        return io.BufferedReader(_Unzstd(stream, name), _BUFFER)
    return stream


def is_packed(head: bytes) -> bool:
    """Whether a file that begins so is one that is unpacked here."""
    return head.startswith((_GZIP, _ZSTD))


def _has_wide_bracket(head: bytes) -> bool:
    """Whether a stream begins with a bracket of 2 or 4 bytes."""
    stripped = head.strip(b"\0")
    return len(head) == 4 and len(stripped) < len(head) and stripped[:1] in (b"{", b"[")


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class _Source(io.RawIOBase):
    """Bytes made from other bytes; a subclass says which, by ``_next``.

    What a pipe gives first may be a few bytes: they are held back until the layout shows in them,
    so that whoever looks at the beginning sees enough. What is damaged once stays so.
    """

    def __init__(self) -> None:
        super().__init__()
        self._begun = False
        self._damage: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer
        data = self._next_or_raise(len(buffer))
        while not self._begun:
            self._begun = len(data) >= _HEAD or _tells(data)
            if not self._begun:
                try:
                    more = self._next_or_raise(len(buffer) - len(data))
                except (*BROKEN_STREAM, OSError):
                    if not data:
                        raise
                    more = b""
                self._begun = not more
                data += more
        buffer[: len(data)] = data
        return len(data)

    def _next_or_raise(self, size: int) -> bytes:
        if self._damage is not None and not self._left():
            raise self._damage
        try:
            return self._next(size)
        except (*BROKEN_STREAM, OSError) as error:
            self._damage = error
            raise

    def _left(self) -> bool:
        """Whether there are bytes from before the damage."""
        return False

    def _next(self, size: int) -> bytes:
        """Up to so many bytes; none at the end."""
        raise NotImplementedError


def _tells(head: bytes) -> bool:
    if len(head) < _MAGIC:
        return False
    head = head.removeprefix(_BOM).lstrip(SPACE)
    return head[:1] in (b"{", b"[") and layout_of(head, ended=False) is not None


class _Counted(_Source):
    """The same bytes, counted."""

    def __init__(self, stream: io.BufferedReader, meter: Meter) -> None:
        super().__init__()
        self._stream = stream
        self._meter = meter

    def _next(self, size: int) -> bytes:
        data = self._stream.read1(size)
        self._meter.done += len(data)
        return data


class _Inflated(_Source):
    """A gzip stream that gives all it can before it raises at the damage."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._file = gzip.GzipFile(fileobj=stream)
        self._any = False

    def _next(self, size: int) -> bytes:
        try:
            data = self._file.read1(size)
        except EOFError as error:
            raise EOFError("it ends too early") from error
        except gzip.BadGzipFile as error:
            if self._any and str(error).startswith("Not a gzipped file"):
                raise EOFError("what follows is no gzip") from error
            raise
        self._any = self._any or bool(data)
        return data


class _Unzstd(_Source):
    """A zstd stream that gives all it can, and raises EOFError at damage and where it is cut."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        super().__init__()
        try:
            import zstandard
        except ImportError as error:
            raise InputError(
                "it is compressed with zstd, which this installation cannot read",
                span=Span.whole(name),
                hint="pip install 'okta-access-detections[zstd]'",
            ) from error
        self._new: Any = zstandard.ZstdDecompressor().decompressobj
        self._broken = zstandard.ZstdError
        self._stream = stream
        self._frame: Any = None
        self._ready = io.BytesIO()

    def _next(self, size: int) -> bytes:
        while True:
            data = self._ready.read(size)
            if data:
                return data
            packed = self._stream.read(_ZSTD_CHUNK)
            if not packed:
                if self._frame is not None:
                    raise EOFError("it ends too early")
                return b""
            self._ready = io.BytesIO(self._unpack(packed))

    def _left(self) -> bool:
        return self._ready.tell() < len(self._ready.getbuffer())

    def _unpack(self, packed: bytes) -> bytes:
        found = []
        while packed:
            if self._frame is None:
                self._frame = self._new()
            try:
                found.append(self._frame.decompress(packed))
            except self._broken as error:
                if not found:
                    raise EOFError(str(error)) from error
                self._damage = EOFError("what follows is no zstd")  # told when the rest is read
                break
            if not self._frame.eof:
                break
            packed, self._frame = self._frame.unused_data, None
        return b"".join(found)
