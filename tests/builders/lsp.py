"""An editor that speaks with ``okta-access lsp`` over its stdin and stdout."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PATIENCE = 30  # seconds for an answer, on a machine that is busy
EVERYTHING = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
            dynamic_registration=True
        )
    ),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True)
    ),
    window=types.WindowClientCapabilities(
        show_document=types.ShowDocumentClientCapabilities(support=True)
    ),
)


class Editor:
    """Opens, edits and closes files, and notes what the server tells of them."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.published: dict[str, asyncio.Queue[types.PublishDiagnosticsParams]] = {}
        self.shown: list[types.ShowDocumentParams] = []
        self.messages: list[str] = []
        self.watched: list[types.Registration] = []
        self._versions: dict[Path, int] = {}
        self._listen()

    def open(self, file: Path, text: str | None = None) -> None:
        """Open a file, with what it holds or with another text."""
        source = file.read_text("utf-8") if text is None else text
        self._versions[file] = 1
        item = types.TextDocumentItem(file.as_uri(), "yaml", 1, source)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, file: Path, text: str) -> None:
        """Edit a file so that its buffer holds this."""
        self._versions[file] += 1
        known = types.VersionedTextDocumentIdentifier(self._versions[file], file.as_uri())
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(known, [change]))

    def save(self, file: Path, text: str) -> None:
        """Write a file, and tell that it was saved."""
        file.write_text(text, "utf-8")
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(_named(file)))

    def close(self, file: Path) -> None:
        """Close a file."""
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(_named(file)))

    def deleted(self, file: Path) -> None:
        """Delete a file, and tell that it is gone."""
        file.unlink()
        change = types.FileEvent(file.as_uri(), types.FileChangeType.Deleted)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))

    async def told(self, file: Path, *codes: str) -> types.PublishDiagnosticsParams:
        """Wait until these codes, and no others, are what was last told of a file."""
        queue = self.published.setdefault(file.as_uri(), asyncio.Queue())
        seen: list[list[Any]] = []
        try:
            while True:
                told = await asyncio.wait_for(queue.get(), PATIENCE)
                seen.append([one.code for one in told.diagnostics])
                if seen[-1] == [*codes]:
                    return told
        except TimeoutError:
            raise AssertionError(f"of {file.name} was told {seen}, and not {codes}") from None

    def _listen(self) -> None:
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.setdefault(params.uri, asyncio.Queue()).put_nowait(params)

        def shown(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
            self.shown.append(params)
            return types.ShowDocumentResult(success=True)

        def told(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)

        def registered(params: types.RegistrationParams) -> None:
            self.watched.extend(params.registrations)

        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
        self.client.feature(types.WINDOW_SHOW_DOCUMENT)(shown)
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(told)
        self.client.feature(types.CLIENT_REGISTER_CAPABILITY)(registered)


@asynccontextmanager
async def editor(
    *arguments: str, capabilities: types.ClientCapabilities = EVERYTHING
) -> AsyncIterator[Editor]:
    """An editor whose server was started, and leaves with exit code 0."""
    client = LanguageClient("tests", "1")
    one = Editor(client)
    await client.start_io(sys.executable, "-m", "okta_access.cli", "lsp", *arguments)
    server = client._server
    assert server is not None
    try:
        await client.initialize_async(types.InitializeParams(capabilities))
        client.initialized(types.InitializedParams())
        yield one
        await client.shutdown_async(None)
        client.exit(None)
        assert await asyncio.wait_for(server.wait(), PATIENCE) == 0
    finally:
        if server.returncode is None:
            server.kill()
        await client.stop()  # type: ignore[no-untyped-call]


def _named(file: Path) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(file.as_uri())
