"""``python -m engines.judges FOLDER``: the judges of a release's Splunk content, and their table.

Runs the grammar over ``FOLDER/queries/splunk`` and the inspection over the Splunk archive,
and writes ``FOLDER/evidence/splunk-judges.json``: for each rule what the grammar and the
interpreter say (the latter from its evidence file), and for the app what inspected it. The
checksums are then written anew. Exits 1 when a judge objects, and 2 when one is not to be had.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from engines import EngineBroken, EngineUnavailable, splunk_app, splunk_grammar
from okta_access.bundle.sums import CHECKSUMS, checksums

FORM = "okta-access-splunk-judges/1"
_INTERPRETER = "splunk-interpreter"


def main(arguments: list[str]) -> int:
    """Judges the release in the folder that ``arguments`` names; gives the exit code."""
    folder = Path(arguments[0])
    searches = list(splunk_grammar.found(folder / "queries" / "splunk"))
    try:
        faults = splunk_grammar.parse([search for _, search in searches])
    except (EngineUnavailable, EngineBroken) as error:
        print(f"judges: {error}", file=sys.stderr)
        return 2
    grammar = {Path(name).stem: fault for (name, _), fault in zip(searches, faults, strict=True)}
    rows = [_row(path, grammar) for path in sorted((folder / "evidence").glob("okta_*.json"))]
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
        "rules": rows,
    }
    text = json.dumps(table, indent=2) + "\n"
    (folder / "evidence" / "splunk-judges.json").write_text(text, "utf-8")
    (folder / CHECKSUMS).write_bytes(checksums(folder))
    bad = [name for name, fault in grammar.items() if fault]
    print(
        f"judges: grammar: {len(grammar)} searches, {len(bad)} refused; table of {len(rows)} rules"
    )
    return max(inspected, 1 if bad or not rows else 0)


def _row(evidence: Path, grammar: dict[str, str]) -> dict[str, Any]:
    found = json.loads(evidence.read_text("utf-8"))
    said = next((check for check in found["checks"] if check["name"] == _INTERPRETER), None)
    fault = grammar.get(found["rule"])
    return {
        "rule": found["rule"],
        "grammar": "no search" if fault is None else fault or "parses",
        "interpreter": "not asked"
        if said is None
        else f"{said['outcome']}, {said['cases']} events",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
