"""``python -m engines.pth_10 FOLDER``: a second judge's word on the searches of a release.

Asks pth_10 about each search in ``FOLDER/queries/splunk`` and prints what it has against them,
what it was asked and what not. Exits 1 when it objects, and 2 when it is not to be had or is not
the judge it is taken for.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engines import EngineBroken
from engines.pth_10.report import report_on


def main(arguments: list[str]) -> int:
    """Judges the release in the folder that ``arguments`` name; gives the exit code."""
    try:
        report = report_on(Path(arguments[0]))
    except EngineBroken as error:
        print(f"pth_10: {error}", file=sys.stderr)
        return 2
    for line in report.lines():
        print(f"pth_10: {line}")
    return 2 if report.not_run else int(report.objects)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
