"""What an editor waits for: the time from an edit to its findings, as it sees it."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from functools import partial
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

_SETTLED = 3.0  # seconds without a word from the server
_PATIENCE = 60.0  # seconds for the findings of an edit
_EDITS = 20


def wait_of_an_edit(rule: Path) -> float:
    """The median seconds of edits of a rule, each with a new finding, in the folder around it."""
    return statistics.median(asyncio.run(_waits(rule)))


async def _waits(rule: Path) -> list[float]:
    client = LanguageClient("bench", "1")
    told: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
    client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(told.put_nowait))
    await client.start_io(sys.executable, "-m", "okta_access.cli", "lsp")
    await client.initialize_async(types.InitializeParams(types.ClientCapabilities()))
    client.initialized(types.InitializedParams())
    text, uri = rule.read_text("utf-8"), rule.as_uri()
    opened = types.TextDocumentItem(uri, "yaml", 0, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(opened))
    await _settled(told)
    waits = []
    for number in range(1, _EDITS + 1):
        known = types.VersionedTextDocumentIdentifier(number, uri)
        change = types.TextDocumentContentChangeWholeDocument(f"{text}key{number}: 1\n")
        start = time.perf_counter()
        client.text_document_did_change(types.DidChangeTextDocumentParams(known, [change]))
        await asyncio.wait_for(_of(told, f"key{number}"), _PATIENCE)
        waits.append(time.perf_counter() - start)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]
    return waits


async def _of(told: asyncio.Queue[types.PublishDiagnosticsParams], word: str) -> None:
    """Wait for a finding that names the word; the project may be told of meanwhile."""
    while not any(word in one.message for one in (await told.get()).diagnostics):
        pass


async def _settled(told: asyncio.Queue[types.PublishDiagnosticsParams]) -> None:
    """Wait until the project was judged, and everything of it told."""
    await told.get()
    try:
        while True:
            await asyncio.wait_for(told.get(), _SETTLED)
    except TimeoutError:
        return
