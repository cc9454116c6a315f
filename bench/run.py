"""``make bench``: the figures of docs/performance.md, as ratios of one run."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.corpora import SHARES
from bench.editing import wait_of_an_edit
from bench.measure import Cost, cost, costs
from bench.rules import write_rules
from bench.starts import as_installed, starts
from okta_access.content import rules_dir

_PROGRAM = (sys.executable, "-m", "okta_access.cli", "--quiet")
_PEER = (sys.executable, "-m", "bench.peers")
_EVENT_RULES = ("audit", "detection")
_PLACEHOLDER = "%"


def main() -> None:
    """Make the corpora, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="events of a corpus")
    parser.add_argument("--runs", type=int, default=5, help="runs of each command; medians count")
    parser.add_argument("--growth", type=int, default=10, help="how many times longer a log gets")
    parser.add_argument("--long", type=int, default=520_000, help="events of the log for grep")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        as_installed(folder)
        print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
        print(f"a corpus has {arguments.events:,} events; medians of {arguments.runs} runs\n")
        for corpus in SHARES:
            _corpus(folder / corpus, corpus, arguments.events)
            _speed(folder / corpus, arguments.events, arguments.runs)
        _like_grep(folder / "long-real", arguments.long, arguments.runs)
        _growth(folder, arguments.events, arguments.growth, arguments.runs)
        _rules(folder, arguments.events, arguments.runs)
        _commands(folder, arguments.runs)


def _speed(corpus: Path, events: int, runs: int) -> None:
    """A scan by event rules and by all rules, and what else can be done with the same file."""
    print(f"{corpus.name}: {corpus.stat().st_size / 1e6:,.0f} MB")
    scans = [_scan(corpus, *_event_rules()), _scan(corpus)]
    for scan in scans:
        cost(scan, 1)  # so that parsed rules and bytecode are there
    peers = ("decode", "orjson", "search")
    found = costs([*scans, *((*_PEER, peer, str(corpus)) for peer in peers)], runs)
    by_events, everything, *others = found
    _row("scan, event rules", by_events, events)
    _row("scan, all rules", everything, events)
    print(f"  {'':<26} correlations on top: {everything.cpu / by_events.cpu:.2f}x")
    for peer, other in zip(peers, others, strict=True):
        _row(f"{peer} alone", other, events, by_events)
    command = _rsigma(corpus)
    if command:
        by_rsigma, by_events = costs([command, scans[0]], runs)
        _row("rsigma, event rules", by_rsigma, events, by_events)
        asked = (sys.executable, "-m", "bench.verdicts", str(_plain_rules(corpus)), str(corpus))
        both = subprocess.check_output((*asked, *command), text=True)
        print(f"  {'':<26} {both.rstrip()}", flush=True)
    print()


def _rsigma(corpus: Path) -> tuple[str, ...]:
    """The command line of rsigma for this log, by the event rules that it can read; or nothing."""
    rsigma = shutil.which("rsigma")
    if rsigma is None:
        print("  rsigma: not installed, not measured")
        return ()
    rules = _plain_rules(corpus)
    options = ("--input-format", "json", "--output-format", "ndjson")
    return (rsigma, "engine", "eval", "-r", str(rules), "-e", f"@{corpus}", *options)


def _processes(corpus: Path, runs: int) -> None:
    """What two processes gain, and what two scans lose that know nothing of one another."""
    for label, rules in (("event rules", _event_rules()), ("all rules", ())):
        scans = [_scan(corpus, "--jobs", jobs, *rules) for jobs in ("1", "2")]
        side_by_side = ("sh", "-c", '"$@" & first=$!; "$@" && wait "$first"', "sh", *scans[0])
        one, two, both = costs([*scans, side_by_side], runs)
        print(
            f"  two processes, {label}: {one.wall:.2f} s to {two.wall:.2f} s, "
            f"{one.wall / two.wall:.2f}x as fast; {2 * one.wall / both.wall:.2f}x is all that two "
            "scans side by side get here"
        )


def _like_grep(corpus: Path, events: int, runs: int) -> None:
    """A long log of the real mix: what of it is not passed over hardly counts any more."""
    _corpus(corpus, "real", events)
    print(f"\nlike grep, {corpus.stat().st_size / 1e6:,.0f} MB of the real mix:")
    # Into /dev/null grep would stop at the first match.
    search = ("sh", "-c", 'grep -c access.re "$0" | cat', str(corpus))
    numbers = ("1", "2")
    scans = [_scan(corpus, "--jobs", jobs) for jobs in numbers]
    grep, *found_by = costs([search, *scans], runs)
    _row("grep -c access.re", grep)
    for jobs, found in zip(numbers, found_by, strict=True):
        _row(f"scan, all rules, --jobs {jobs}", found, events)
        print(f"  {'':<26} {found.cpu / grep.cpu:.2f} times the CPU of grep")
    command = _rsigma(corpus)
    if command:
        _row("rsigma, event rules", cost(command, 1), events, cost(_scan(corpus, *_event_rules())))
    corpus.unlink()


def _growth(folder: Path, events: int, times: int, runs: int) -> None:
    print(f"\na log {times} times as long (dense, the largest process counts):")
    long = folder / "long"
    _corpus(long, "dense", events * times)
    for label, rules in (("event rules", _event_rules()), ("all rules", ())):
        short_cost = cost(_scan(folder / "dense", *rules), 1)
        long_cost = cost(_scan(long, *rules), 1)
        print(
            f"  {label:<26} CPU {long_cost.cpu / short_cost.cpu:.1f}x, "
            f"peak {short_cost.peak_mb:.0f} MB to {long_cost.peak_mb:.0f} MB"
        )
    _processes(long, runs)
    long.unlink()


def _rules(folder: Path, events: int, runs: int) -> None:
    print("\nrules that ask different things of the same events (dense):")
    for number in (30, 300, 3000):
        path = folder / f"rules-{number}"
        write_rules(path, number)
        found = cost(_scan(folder / "dense", "--rules", str(path)), runs)
        _row(f"{number:,} rules", found, events)


def _commands(folder: Path, runs: int) -> None:
    print("\ncommands:")
    tiny = folder / "tiny"
    _corpus(tiny, "dense", 10)
    for label, command in (("scan of 10 events", _scan(tiny)), ("lint", (*_PROGRAM, "lint"))):
        cold, warm = starts(command, folder, runs)
        _row(f"{label}, first run", cold)
        _row(f"{label}, again", warm)
    for number in (100, 300):
        rules = folder / f"edited-{number}" / "rules"
        write_rules(rules, number)
        wait = wait_of_an_edit(rules / "made_up_7.yml")
        print(f"  {f'an edit among {number} rules':<26} {1000 * wait:.0f} ms until its findings")
    everything = ("compile", "--target", "all", "--output", str(folder / "out"))
    _row("compile, all targets", cost((*_PROGRAM, *everything), runs))


def _scan(corpus: Path, *options: str) -> tuple[str, ...]:
    return (*_PROGRAM, "scan", str(corpus), "--format", "jsonl", *options)


def _event_rules() -> tuple[str, ...]:
    return tuple(part for name in _EVENT_RULES for part in ("--rules", str(rules_dir() / name)))


def _plain_rules(corpus: Path) -> Path:
    """The event rules without lists to be filled in, which others cannot read; beside the log."""
    folder = corpus.parent / "plain-rules"
    folder.mkdir(exist_ok=True)
    for name in _EVENT_RULES:
        for path in (rules_dir() / name).rglob("*.yml"):
            if _PLACEHOLDER not in path.read_text("utf-8"):
                shutil.copy(path, folder)
    return folder


def _corpus(path: Path, kind: str, events: int) -> None:
    command = (sys.executable, "-m", "bench.corpora", str(path), kind, str(events))
    subprocess.run(command, check=True)


def _row(name: str, found: Cost, events: int = 0, against: Cost | None = None) -> None:
    speed = f"  {events / found.cpu:>11,.0f} events/CPU s" if events else ""
    ratio = f"  the scan by event rules: {against.cpu / found.cpu:.2f}x" if against else ""
    print(
        f"  {name:<26} CPU {found.cpu:6.2f} s  wall {found.wall:6.2f} s  "
        f"peak {found.peak_mb:5.0f} MB{speed}{ratio}",
        flush=True,
    )


if __name__ == "__main__":
    main()
