"""``python -m engines.judges FOLDER``: the judges of a release's Splunk content, and their table.

Runs the grammar and pth_10 over ``FOLDER/queries/splunk`` and the inspection over the Splunk
archive, and writes ``FOLDER/evidence/splunk-judges.json``: for each rule what the grammar, the
interpreter (from its evidence file) and pth_10 say, and for the app what inspected it. The
checksums are then written anew. Exits 1 when a judge objects, and 2 when one is not to be had.
Without pth_10 the others are enough, unless ``OKTA_ACCESS_ENGINE=required``: it is said not to
have run.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from engines import EngineBroken, EngineUnavailable, splunk_app, splunk_grammar
from engines.pth_10.report import Report, report_on
from engines.pth_10.spark import NAME
from okta_access.bundle.sums import CHECKSUMS, checksums

FORM = "okta-access-splunk-judges/1"
_WISH = "OKTA_ACCESS_ENGINE"
_INTERPRETER = "splunk-interpreter"


def main(arguments: list[str]) -> int:
    """Judges the release in the folder that ``arguments`` names; gives the exit code."""
    folder = Path(arguments[0])
    searches = list(splunk_grammar.found(folder / "queries" / "splunk"))
    try:
        faults = splunk_grammar.parse([search for _, search in searches])
        second = report_on(folder)
    except (EngineUnavailable, EngineBroken) as error:
        print(f"judges: {error}", file=sys.stderr)
        return 2
    for line in second.lines():
        print(f"judges: pth_10: {line}")
    if second.not_run and os.environ.get(_WISH) == "required":
        return 2
    grammar = {Path(name).stem: fault for (name, _), fault in zip(searches, faults, strict=True)}
    evidence = sorted((folder / "evidence").glob("okta_*.json"))
    rows = [_row(path, grammar, second) for path in evidence]
    (app,) = folder.glob("*-splunk.tar.gz")
    inspected = splunk_app.main([str(app)])
    table = {
        "form": FORM,
        "not_run": "a real Splunk",
        "inspection": {
            "app": app.name,
            "judges": ["splunk-appinspect", "splunk-packaging-toolkit", "ksconf"],
            "objections": bool(inspected),
        },
        "pth_10": {"name": NAME, "said": second.figures()},
        "rules": rows,
    }
    text = json.dumps(table, indent=2) + "\n"
    (folder / "evidence" / "splunk-judges.json").write_text(text, "utf-8")
    (folder / CHECKSUMS).write_bytes(checksums(folder))
    bad = [name for name, fault in grammar.items() if fault]
    print(
        f"judges: grammar: {len(grammar)} searches, {len(bad)} refused; table of {len(rows)} rules"
    )
    return max(inspected, 1 if bad or second.objects or not rows else 0)


def _row(path: Path, grammar: dict[str, str], second: Report) -> dict[str, Any]:
    found = json.loads(path.read_text("utf-8"))
    said = next((check for check in found["checks"] if check["name"] == _INTERPRETER), None)
    fault = grammar.get(found["rule"])
    return {
        "rule": found["rule"],
        "grammar": "no search" if fault is None else fault or "parses",
        "interpreter": "not asked"
        if said is None
        else f"{said['outcome']}, {said['cases']} events",
        "pth_10": second.of(found["rule"]),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
