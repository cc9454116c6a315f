"""What the server answers, a function a request."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lsprotocol import types
from pygls.uris import to_fs_path

from okta_access.catalog.model import Catalog
from okta_access.editor import protocol
from okta_access.editor.completion import complete
from okta_access.editor.corrections import all_edits, corrections
from okta_access.editor.definition import definition
from okta_access.editor.desk import Sheet
from okta_access.editor.hover import hover
from okta_access.editor.projects import Kind
from okta_access.editor.server import COMPILED, EXPLAIN, Server
from okta_access.editor.text import Units

_LENSES = {EXPLAIN: "explain on fixture", COMPILED: "compiled text"}
_TITLE = re.compile(r"^title\s*:", re.MULTILINE)
_RULE = re.compile(r"^logsource\s*:[^#]{0,200}?\bproduct\s*:\s*['\"]?okta\b", re.MULTILINE)
_WATCHED = "**/*.{yml,yaml,toml,catalog}"
_COMPLETES_AT = ["|", ".", " ", "'", '"']


def language_server(catalogs: tuple[Path, ...] = ()) -> Server:
    """A server; ``catalogs`` are catalogue files that hold for every project."""
    server = Server(catalogs)
    for method, answer in _ANSWERS.items():
        server.feature(method, _OPTIONS.get(method))(answer)
    for command in _LENSES:
        server.command(command)(_view(command))
    return server


def _initialized(ls: Server, _: types.InitializedParams) -> None:
    encoding = ls.server_capabilities.position_encoding or types.PositionEncodingKind.Utf16
    ls.desk.units = Units(getattr(encoding, "value", encoding))
    workspace = ls.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if watched and watched.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher(_WATCHED)]
        )
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("watched", method, options)
        ls.client_register_capability(types.RegistrationParams([registration]))


def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    path = _path(document.uri)
    if _put(ls, document.uri, document.text) is None and path and _RULE.search(document.text):
        ls.passed_over(path)


def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    for change in params.content_changes[-1:]:
        _put(ls, params.text_document.uri, change.text)


def _saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    sheet = ls.desk.sheet(params.text_document.uri)
    if sheet is not None:
        ls.saved(sheet.judge)


def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    ls.closed(params.text_document.uri)


def _touched(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    paths = (_path(change.uri) for change in params.changes)
    judges = {ls.desk.known(path) for path in paths if path is not None}
    for judge in judges:
        if judge is not None:
            ls.saved(judge)


def _leaving(ls: Server, _: None) -> None:
    ls.leave()


def _hovered(ls: Server, params: types.HoverParams) -> types.Hover | None:
    sheet = ls.desk.sheet(params.text_document.uri)
    if sheet is None or sheet.kind is Kind.SETTINGS:
        return None
    found = hover(sheet.text, _offset(sheet, params.position), _catalog(sheet))
    return protocol.hover_of(sheet.text, found) if found is not None else None


def _completed(ls: Server, params: types.CompletionParams) -> types.CompletionList | None:
    sheet = ls.desk.sheet(params.text_document.uri)
    if sheet is None or sheet.kind is Kind.SETTINGS:
        return None
    offset, rules = _offset(sheet, params.position), sheet.judge.documents()
    found = complete(sheet.text, offset, sheet.kind, _catalog(sheet), rules)
    return protocol.completion_of(sheet.text, found)


def _defined(ls: Server, params: types.DefinitionParams) -> types.Location | None:
    sheet = ls.desk.sheet(params.text_document.uri)
    if sheet is None:
        return None
    offset, rules = _offset(sheet, params.position), sheet.judge.documents()
    span = definition(sheet.text, offset, sheet.path, sheet.kind, rules)
    return ls.locate(span) if span is not None else None


def _corrected(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    sheet, (text, findings) = ls.desk.sheet(uri), ls.found.get(uri, (None, ()))
    if sheet is None or text is not sheet.text:  # what was found is not of this text
        return []
    start, end = _offset(sheet, params.range.start), _offset(sheet, params.range.end)
    found = [
        protocol.quick_fix(uri, text, one, ls.related)
        for one in corrections(text, findings)
        if one.edit.start <= end and start <= one.edit.end
    ]
    edits = all_edits(text, findings)
    return [*found, protocol.fix_all(uri, text, edits)] if edits else found


def _lenses(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    sheet = ls.desk.sheet(params.text_document.uri)
    title = _TITLE.search(sheet.text.source) if sheet is not None else None
    if sheet is None or title is None or sheet.kind is not Kind.RULES:
        return []
    place = protocol.range_of(sheet.text, title.start(), title.end())
    return [
        types.CodeLens(place, types.Command(words, command, arguments=[sheet.uri]))
        for command, words in _LENSES.items()
    ]


def _view(command: str) -> Callable[[Server, str], Any]:
    async def view(ls: Server, uri: str) -> str | None:
        return await ls.view(command, uri)

    return view


_ANSWERS: Mapping[str, Callable[[Server, Any], Any]] = MappingProxyType(
    {
        types.INITIALIZED: _initialized,
        types.TEXT_DOCUMENT_DID_OPEN: _opened,
        types.TEXT_DOCUMENT_DID_CHANGE: _changed,
        types.TEXT_DOCUMENT_DID_SAVE: _saved,
        types.TEXT_DOCUMENT_DID_CLOSE: _closed,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES: _touched,
        types.SHUTDOWN: _leaving,
        types.TEXT_DOCUMENT_HOVER: _hovered,
        types.TEXT_DOCUMENT_COMPLETION: _completed,
        types.TEXT_DOCUMENT_DEFINITION: _defined,
        types.TEXT_DOCUMENT_CODE_ACTION: _corrected,
        types.TEXT_DOCUMENT_CODE_LENS: _lenses,
    }
)
_OPTIONS: Mapping[str, Any] = MappingProxyType(
    {
        types.TEXT_DOCUMENT_COMPLETION: types.CompletionOptions(trigger_characters=_COMPLETES_AT),
        types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, protocol.FIX_ALL]
        ),
    }
)


def _put(server: Server, uri: str, source: str) -> Sheet | None:
    sheet = server.desk.put(uri, _path(uri), source)
    if sheet is not None:
        server.edited(sheet)
    return sheet


def _path(uri: str) -> Path | None:
    """The path of a file that there is or could be; None for what can be no file's."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    if not path:
        return None
    try:
        os.lstat(path)
    except ValueError:  # a zero byte
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return None
    return Path(path)


def _offset(sheet: Sheet, position: types.Position) -> int:
    return sheet.text.offset(position.line, position.character)


def _catalog(sheet: Sheet) -> Catalog:
    return sheet.judge.project.catalog(sheet.path)
