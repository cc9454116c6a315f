"""The language server: the protocol's requests handed to the functions that answer them.

Texts are always sent whole: positions of partial changes would have to be counted in the lines
that the library makes of a text, and these end where the protocol's do not. And all is done by one
thread: an edited file is judged in less time than passes between two keystrokes.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from okta_access import __version__
from okta_access.editor import protocol
from okta_access.editor.desk import Desk, Sheet, by_file
from okta_access.editor.judging import Judge
from okta_access.editor.text import Text
from okta_access.editor.views import compiled_text, explained_on_fixture
from okta_access.editor.whole import judged_apart
from okta_access.errors import OktaAccessError, Span
from okta_access.lint.findings import Finding

EXPLAIN, COMPILED = "okta-access.explainOnFixture", "okta-access.compiledText"
_VIEWS = {EXPLAIN: ("explained", explained_on_fixture), COMPILED: ("compiled", compiled_text)}
_PAUSE = 0.03  # seconds without a keystroke before a file is judged
_REST = 0.3  # seconds after a save before the whole project is


class Server(LanguageServer):
    """One editor's server. An edited file is judged at once, its project when a file is saved."""

    def __init__(self, catalogs: tuple[Path, ...] = ()) -> None:
        super().__init__(
            protocol.SOURCE, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full
        )
        self.desk = Desk(catalogs)
        self.found: dict[str, tuple[Text, tuple[Finding, ...]]] = {}
        self._tasks: dict[object, asyncio.Task[None]] = {}
        self._whole: dict[Judge, dict[str, tuple[Finding, ...]]] = {}
        self._shown: dict[Judge, set[str]] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def edited(self, sheet: Sheet) -> None:
        """Judge an open file soon; with its project, where that was not judged yet."""
        self._stop(sheet.uri)
        known = self._whole.get(sheet.judge)
        if known is None:
            if sheet.judge not in self._tasks:
                self.saved(sheet.judge)
        elif sheet.saved:
            self._publish(sheet.uri, sheet.text, known.get(sheet.real, ()))
            return
        self._start(sheet.uri, self._judge_file(sheet))

    def saved(self, judge: Judge) -> None:
        """Judge a whole project soon: a file of it was written, or went away."""
        self._whole.pop(judge, None)
        self._start(judge, self._judge_project(judge))

    def closed(self, uri: str) -> None:
        """Show of a file what its project's files say, for its buffer is gone."""
        sheet = self.desk.take(uri)
        self.found.pop(uri, None)
        self._stop(uri)
        if sheet is None:
            return
        known = self._whole.get(sheet.judge)
        if known is None:
            self.saved(sheet.judge)
        self._publish(uri, self.desk.text_of(sheet.path), (known or {}).get(sheet.real, ()))

    def passed_over(self, path: Path) -> None:
        """Tell that a rule is not looked at, for it is in no project."""
        self._tell(
            f"{path.name} is not checked: okta-access looks after rules below a folder `rules`",
            types.MessageType.Info,
        )

    def locate(self, span: Span) -> types.Location:
        """The place of a span in whichever file."""
        path, text = self.desk.span_text(span)
        return protocol.location(path, text, span)

    @property
    def related(self) -> protocol.Locate | None:
        """What tells places beside a diagnostic, where the client shows them."""
        document = self.client_capabilities.text_document
        published = document.publish_diagnostics if document else None
        return self.locate if published and published.related_information else None

    async def view(self, command: str, uri: str) -> str | None:
        """Show what a code lens is about in a file of its own, and give its text."""
        sheet = self.desk.sheet(uri)
        if sheet is None:
            return None
        name, view = _VIEWS[command]
        try:
            text = view(sheet.judge.project, sheet.path, self.desk.buffers())
        except OktaAccessError as error:
            text = f"{error}\n"
        window = self.client_capabilities.window
        if window and window.show_document and window.show_document.support:
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="okta-access-")
            file = Path(self._folder.name) / f"{sheet.path.stem}.{name}.txt"
            file.write_text(text, "utf-8")
            await self.window_show_document_async(
                types.ShowDocumentParams(file.as_uri(), take_focus=True)
            )
        else:
            self._tell(text, types.MessageType.Info)
        return text

    def leave(self) -> None:
        """Stop what still runs, and take away what was shown."""
        for task in self._tasks.values():
            task.cancel()
        if self._folder is not None:
            self._folder.cleanup()

    async def _judge_file(self, sheet: Sheet) -> None:
        await asyncio.sleep(_PAUSE)
        try:
            findings = sheet.judge.of_file(sheet.path, self.desk.buffers())
        except OktaAccessError as error:  # a catalogue file that cannot be read
            self._tell(str(error), types.MessageType.Error)
        else:
            self._publish(sheet.uri, sheet.text, findings)

    async def _judge_project(self, judge: Judge) -> None:
        await asyncio.sleep(_REST)
        try:
            findings = await judged_apart(judge.project)
            judge.reload()
        except OktaAccessError as error:
            self._tell(str(error), types.MessageType.Error)
            return
        finally:
            if self._tasks.get(judge) is asyncio.current_task():
                del self._tasks[judge]
        files = self._whole[judge] = by_file(findings)
        for real in sorted({*files, *self._shown.get(judge, ())}):
            sheet = self.desk.at(real)
            if sheet is None:
                path = Path(real)
                self._publish(path.as_uri(), self.desk.text_of(path), files.get(real, ()))
        self._shown[judge] = {*files}
        for sheet in self.desk.sheets(judge):
            if sheet.saved:
                self._publish(sheet.uri, sheet.text, files.get(sheet.real, ()))
            else:
                self._start(sheet.uri, self._judge_file(sheet))

    def _start(self, key: object, work: Coroutine[None, None, None]) -> None:
        """Begin something in the place of what was begun under the same key."""
        self._stop(key)
        self._tasks[key] = asyncio.get_running_loop().create_task(work)

    def _stop(self, key: object) -> None:
        task = self._tasks.pop(key, None)
        if task is not None:
            task.cancel()

    def _publish(self, uri: str, text: Text, findings: tuple[Finding, ...]) -> None:
        if self.desk.sheet(uri) is not None:
            self.found[uri] = (text, findings)
        said = protocol.diagnostics(text, findings, self.related)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, said))

    def _tell(self, text: str, kind: types.MessageType) -> None:
        self.window_show_message(types.ShowMessageParams(kind, text))
