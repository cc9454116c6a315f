"""Where things lie in a release: one archive a SIEM for its admin, texts by target for programs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

SPLUNK = "{name}-{version}-splunk.tar.gz"
KIBANA = "{name}-{version}-kibana.zip"
INSTALL = "INSTALL.md"

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that every archive format can hold
_READABLE = 0o100644 << 16


def placed(
    name: str, version: str, files: Mapping[str, Mapping[str, bytes]], install: bytes
) -> dict[str, bytes]:
    """The files of a release by path, from those of each target.

    The Splunk app is an archive already. Kibana's has what is imported, what is pasted into
    Discover, and the guide.
    """
    found = {INSTALL: install}
    for target, made in files.items():
        if target == "splunk-app":
            (app,) = made.values()
            found[SPLUNK.format(name=name, version=version)] = app
        elif target == "kibana":
            inside = {(f if f.endswith(".ndjson") else f"discover/{f}"): d for f, d in made.items()}
            archive = zipped({INSTALL: install, **inside})
            found[KIBANA.format(name=name, version=version)] = archive
        else:
            found |= {f"queries/{target}/{file}": data for file, data in made.items()}
    return found


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files: the same bytes for the same files, wherever it is made."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(path, _EARLIEST)
            entry.create_system = 3  # Unix, whatever this is
            entry.external_attr = _READABLE
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return whole.getvalue()
