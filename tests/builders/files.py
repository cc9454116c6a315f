"""Small rules for the tests of this folder."""

from pathlib import Path

SILENT_RULE = """\
title: Base
id: 11111111-1111-4111-8111-111111111111
name: base
level: informational
logsource: {product: okta, service: okta}
detection:
    selection: {eventType: access.request.create}
    condition: selection
"""

COUNT_RULE = """\
title: Count
id: 22222222-2222-4222-8222-222222222222
name: count
level: medium
correlation:
    type: event_count
    rules: [base]
    group-by: [actor.id]
    timespan: 1h
    condition: {gte: 3}
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """These files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
