"""``make bench``: the figures of the bars, as ratios of one run (design, section 10)."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.corpora import SHARES
from bench.measure import Cost, cost

_PROGRAM = (sys.executable, "-m", "okta_access.cli", "--quiet")
_PEER = (sys.executable, "-m", "bench.peers")


def main() -> None:
    """Make the corpora, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=50_000, help="events of a corpus")
    parser.add_argument("--runs", type=int, default=3, help="runs of each command; medians count")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), arguments.events, arguments.runs)


def _measure(folder: Path, events: int, runs: int) -> None:
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {events:,} events a corpus")
    for name, share in SHARES.items():
        path = folder / f"{name}.jsonl"
        _corpus(path, share, events)
        decode = cost((*_PEER, "decode", str(path)), runs)
        search = cost((*_PEER, "search", str(path)), runs)
        scan = cost((*_PROGRAM, "scan", str(path), "--format", "jsonl"), runs)
        _row(f"scan {name}", scan, events)
        _row(f"  typed decode {name}", decode, events, scan)
        _row(f"  plain search {name}", search, events, scan)
    large = folder / "large.jsonl"
    _corpus(large, SHARES["dense"], events * 4)
    four = cost((*_PROGRAM, "scan", str(large), "--format", "jsonl"), 1)
    print(f"scan dense, four times the file: peak {four.peak_mb:.0f} MB")
    tiny = folder / "tiny.jsonl"
    _corpus(tiny, SHARES["dense"], 10)
    _row("scan of 10 events", cost((*_PROGRAM, "scan", str(tiny)), runs))
    _row("lint", cost((*_PROGRAM, "lint"), runs))
    everything = ("compile", "--target", "all", "--output", str(folder / "out"))
    _row("compile, all targets", cost((*_PROGRAM, *everything), runs))


def _corpus(path: Path, share: float, events: int) -> None:
    command = (sys.executable, "-m", "bench.corpora", str(path), str(share), str(events))
    subprocess.run(command, check=True)


def _row(name: str, found: Cost, events: int = 0, against: Cost | None = None) -> None:
    speed = f"  {events / found.cpu:>9,.0f} events/CPU s" if events else ""
    ratio = f"  scan takes {against.cpu / found.cpu:.2f}x its CPU" if against else ""
    print(
        f"{name:<24} cpu {found.cpu:6.2f} s  wall {found.wall:6.2f} s  "
        f"peak {found.peak_mb:5.0f} MB{speed}{ratio}"
    )


if __name__ == "__main__":
    main()
