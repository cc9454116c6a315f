"""Files as streams: packed or plain, counted as they lie on disk; one clear line otherwise."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from okta_access.errors import InputError
from okta_access.logs.inputs import BROKEN_STREAM, STDIN, open_log, size_of
from okta_access.logs.reading import Meter, Reading
from okta_access.logs.records import records

BAD = Path(__file__).parents[1] / "scan" / "bad"
LINES = b"".join(b'{"eventType": "x", "n": %d}\n' % n for n in range(20_000))


def read(name: str | Path, meter: Meter | None = None) -> bytes:
    with open_log(str(name), Reading(meter=meter)) as stream:
        return stream.read()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_what_is_packed_is_the_same(tmp_path: Path, pack: type[bytes]) -> None:
    path = tmp_path / "log"
    path.write_bytes(pack(LINES))
    meter = Meter()
    assert read(path) == LINES
    assert read(path, meter) == LINES
    assert meter.done == path.stat().st_size == size_of(str(path))


@pytest.mark.parametrize("name", ["cut.gz", "bad-sum.gz", "trailing.gz", "cut.zst", "trailing.zst"])
def test_damage_is_told_again_and_again(name: str) -> None:
    """Whoever looks at the beginning first does not take the damage away from the one who reads."""
    with open_log(str(BAD / name)) as stream:
        for _ in range(3):
            with pytest.raises(BROKEN_STREAM):
                b"".join(iter(lambda: stream.read1(1 << 20), b""))


def test_zstd_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(InputError, match=r"zstd, which .* \(pip install 'okta-access-det"):
        read(BAD / "frames.zst")


def test_a_bomb_is_unpacked_piece_by_piece(tmp_path: Path) -> None:
    """Of many megabytes of one byte a reader gets no more at once than it asked for."""
    for name, pack in (("a.gz", gzip.compress), ("a.zst", zstandard.compress)):
        (tmp_path / name).write_bytes(pack(bytes(50_000_000)))
        with open_log(str(tmp_path / name)) as stream:
            assert len(stream.read1(1000)) <= 1000
            assert sum(map(len, iter(lambda: stream.read1(1 << 20), b""))) > 49_000_000


@given(st.lists(st.integers(1, 40), max_size=8), st.sampled_from([b"", b"\xef\xbb\xbf", b" \n"]))
@example([1, 1], b"\xef\xbb\xbf")
def test_a_pipe_in_pieces_is_the_same(sizes: list[int], start: bytes) -> None:
    """However small the first pieces of a pipe are, its layout is told as from a file."""
    data = start + b'{\n "eventType": "x",\n "a": [1]\n}\n{\n "eventType": "y"\n}\n'
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    pieces = [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]
    reader, writer = os.pipe()

    def write() -> None:
        with open(writer, "wb", buffering=0) as pipe:  # noqa: PTH123 - a descriptor
            pipe.writelines(filter(None, pieces))

    thread = threading.Thread(target=write)
    with open(reader, "rb") as pipe, pytest.MonkeyPatch.context() as patch:  # noqa: PTH123
        patch.setattr(sys, "stdin", SimpleNamespace(buffer=pipe))
        thread.start()
        with open_log(STDIN) as stream:
            found = [record.line for record in records(stream)]
        thread.join()
    first = 2 if start == b" \n" else 1
    assert found == [first, first + 4]


def test_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert [size_of(name) for name in (STDIN, "nowhere", str(tmp_path), "\0")] == [None] * 4
    monkeypatch.setattr(sys, "stdin", None)
    assert size_of(STDIN) is None
    with pytest.raises(InputError, match="-: stdin is closed"), open_log(STDIN):
        pass
