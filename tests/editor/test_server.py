"""The language server as an editor sees it, over stdin and stdout."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from lsprotocol import types

from okta_access.cli import run
from okta_access.cli.commands import lsp
from tests.builders.editing import CORRELATION, write_project
from tests.builders.linting import FIXTURE, PLAIN, rule_with
from tests.builders.lsp import EVERYTHING, Editor, editor

LOUD = rule_with("level: loud")
TODO = rule_with("""\
detection:
    selection:
        "eventType": Access.Request.Create  # 💥
        # 💥 💥
        actor.alternateid: '💥'
    condition: selection
""")


def session(
    act: Callable[[Editor], Awaitable[None]],
    capabilities: types.ClientCapabilities = EVERYTHING,
) -> None:
    """Run a session with a server from its start to its end."""

    async def whole() -> None:
        async with editor(capabilities=capabilities) as one:
            await act(one)

    asyncio.run(whole())


def named(file: Path) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(file.as_uri())


def test_findings_come_and_go_as_one_types(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        one.open(rule)
        await one.told(rule)
        one.type(rule, LOUD)
        told = await one.told(rule, "OA102")
        assert told.diagnostics[0].range == types.Range(
            types.Position(18, 7), types.Position(18, 11)
        )
        one.type(rule, "title: [")
        await one.told(rule, "OA002")
        one.type(rule, PLAIN)
        await one.told(rule)

    session(act)


def test_a_save_judges_the_other_files_too(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule, burst = write_project(tmp_path), tmp_path / "rules" / "burst.yml"
        one.open(rule)
        one.open(burst)
        await one.told(burst)
        one.type(rule, LOUD)
        await one.told(rule, "OA102")
        one.save(rule, LOUD)
        told = await one.told(burst, "OA111")
        assert "cannot be used" in told.diagnostics[0].message
        one.type(rule, PLAIN)
        one.save(rule, PLAIN)
        await one.told(burst)

    session(act)


def test_a_deleted_file_has_no_findings_and_its_referents_have(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule, burst = write_project(tmp_path), tmp_path / "rules" / "burst.yml"
        rule.write_text(PLAIN + "other: 1\n")
        one.open(burst)
        await one.told(rule, "OA120")
        assert one.watched
        one.deleted(rule)
        await one.told(rule)
        await one.told(burst, "OA111")

    session(act)


def test_a_closed_file_shows_what_is_saved(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        one.open(rule)
        one.type(rule, LOUD)
        await one.told(rule, "OA102")
        one.type(rule, "title: [")
        one.close(rule)  # while that is judged
        await one.told(rule)
        one.open(rule, LOUD)
        await one.told(rule, "OA102")

    session(act)


def test_fixtures_and_settings_have_findings(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        write_project(tmp_path)
        fixture, settings = tmp_path / "fixtures" / "rule.yml", tmp_path / "okta-access.toml"
        one.open(fixture, FIXTURE.replace("why: A user", "wy: A user"))
        told = await one.told(fixture, "OA603", "OA603")
        assert "wy" in told.diagnostics[0].message
        one.open(settings, "[rules.rul]\n")
        told = await one.told(settings, "OA704")
        assert "`rule`" in told.diagnostics[0].message

    session(act)


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        other = tmp_path / "docker-compose.yml"
        one.open(other, "services: [")
        answer = await one.client.text_document_hover_async(
            types.HoverParams(named(other), types.Position(0, 1))
        )
        assert answer is None
        one.open(rule, "title: [")
        await one.told(rule, "OA002")
        assert other.as_uri() not in one.published

    session(act)


def test_a_rule_in_no_project_is_told_once_as_not_checked(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        stray = tmp_path / "detections" / "stray.yml"
        one.open(stray, rule.read_text("utf-8"))
        one.type(stray, "title: [")
        one.open(rule, "title: [")
        await one.told(rule, "OA002")
        assert one.messages == [
            "stray.yml is not checked: okta-access looks after rules below a folder `rules`"
        ]
        assert stray.as_uri() not in one.published

    session(act)


@pytest.mark.parametrize("name", ["x" * 5_000 + ".yml", "x/" * 2_500 + "y.yml", "%00.yml"])
def test_a_path_that_no_file_can_have_is_left_alone(tmp_path: Path, name: str) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        uri = f"{rule.parent.as_uri()}/{name}"
        item = types.TextDocumentItem(uri, "yaml", 1, "title: [")
        one.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        change = types.FileEvent(uri, types.FileChangeType.Changed)
        params = types.DidChangeWatchedFilesParams([change])
        one.client.workspace_did_change_watched_files(params)
        document = types.TextDocumentIdentifier(uri)
        lenses = await one.client.text_document_code_lens_async(types.CodeLensParams(document))
        assert not lenses
        one.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        one.open(rule, "title: [")
        await one.told(rule, "OA002")
        assert one.messages == []

    session(act)


@pytest.mark.parametrize(
    ("encoding", "end"),
    [("utf-8", 29), ("utf-16", 27), ("utf-32", 26)],
)
def test_places_are_counted_as_agreed(tmp_path: Path, encoding: str, end: int) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        text = rule_with("title: 💥 Okta\ntags: ['attack.a', '💥', attack.stealth]")
        line = text.splitlines().index("tags: ['attack.a', '💥', attack.stealth]")
        one.open(rule, text)
        answer = await one.client.text_document_hover_async(
            types.HoverParams(named(rule), types.Position(line, end))
        )
        assert answer is not None
        assert answer.range is not None
        word = answer.range.end.character - answer.range.start.character
        assert (word, answer.range.start.character) == (len("attack.stealth"), end - 2)

    general = types.GeneralClientCapabilities(
        position_encodings=[types.PositionEncodingKind(encoding)]
    )
    session(act, types.ClientCapabilities(general=general))


def test_positions_beyond_the_text_are_answered(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        one.open(rule, "# 💥\ntitle: a")
        for place in (types.Position(0, 3), types.Position(0, 999), types.Position(2**31 - 1, 0)):
            await one.client.text_document_hover_async(types.HoverParams(named(rule), place))
            await one.client.text_document_completion_async(
                types.CompletionParams(named(rule), place)
            )
            await one.client.text_document_definition_async(
                types.DefinitionParams(named(rule), place)
            )

    session(act)


def test_corrections_make_the_rule_clean(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        one.open(rule, TODO)
        told = await one.told(rule, "OA205", "OA202")
        everything = types.Range(types.Position(0, 0), types.Position(99, 0))
        *fixes, last = (
            await one.client.text_document_code_action_async(
                types.CodeActionParams(
                    named(rule), everything, types.CodeActionContext(told.diagnostics)
                )
            )
            or []
        )
        assert [fix.kind for fix in fixes] == [types.CodeActionKind.QuickFix] * 2  # type: ignore[union-attr]
        assert isinstance(last, types.CodeAction)
        assert last.edit is not None
        assert last.edit.changes is not None
        edits = last.edit.changes[rule.as_uri()]
        one.type(rule, _edited(TODO, [*edits]))
        told = await one.told(rule)

    session(act)


def test_hover_completion_and_definition(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule, burst = write_project(tmp_path), tmp_path / "rules" / "burst.yml"
        one.open(burst)
        await one.told(burst)
        line = next(n for n, text in enumerate(CORRELATION.splitlines()) if "- rule" in text)
        found = await one.client.text_document_definition_async(
            types.DefinitionParams(named(burst), types.Position(line, 12))
        )
        assert found == types.Location(
            rule.as_uri(), types.Range(types.Position(0, 0), types.Position(0, 5))
        )
        offered = await one.client.text_document_completion_async(
            types.CompletionParams(named(burst), types.Position(line, 12))
        )
        assert isinstance(offered, types.CompletionList)
        assert [item.label for item in offered.items] == ["rule"]
        hovered = await one.client.text_document_hover_async(
            types.HoverParams(named(burst), types.Position(line + 2, 12))
        )
        assert hovered is not None
        assert isinstance(hovered.contents, types.MarkupContent)
        assert hovered.contents.value.startswith("**actor.id**")

    session(act)


def test_lenses_show_a_document(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        one.open(rule, PLAIN.replace("create", "cancel"))
        lenses = await one.client.text_document_code_lens_async(types.CodeLensParams(named(rule)))
        commands = [lens.command for lens in lenses or [] if lens.command]
        assert [command.title for command in commands] == ["explain on fixture", "compiled text"]
        for command in commands:
            text = await one.client.workspace_execute_command_async(
                types.ExecuteCommandParams(command.command, command.arguments)
            )
            shown = Path(one.shown[-1].uri.removeprefix("file://"))
            assert shown.read_text("utf-8") == text
            assert "access.request.cancel" in text

    session(act)


def test_a_view_is_a_message_where_no_document_can_be_shown(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        rule = write_project(tmp_path)
        one.open(rule)
        text = await one.client.workspace_execute_command_async(
            types.ExecuteCommandParams("okta-access.compiledText", [rule.as_uri()])
        )
        assert one.messages == [text]

    session(act, types.ClientCapabilities())


def test_what_was_first_is_told_in_words_where_places_cannot_be(tmp_path: Path) -> None:
    async def act(one: Editor) -> None:
        write_project(tmp_path)
        new = tmp_path / "rules" / "new.yml"
        one.open(new, PLAIN.replace("name: rule", "name: new"))
        told = await one.told(new, "OA114", "OA601")
        assert f"first at {tmp_path / 'rules' / 'rule.yml'}:2:5" in told.diagnostics[0].message

    session(act, types.ClientCapabilities())


def test_without_the_extra_the_command_says_how_to_have_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lsp, "find_spec", lambda _: None)
    assert run(["lsp"]) == 2
    assert "pip install 'okta-access-detections[lsp]'" in capsys.readouterr().err


def test_a_catalogue_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lsp", "--catalog", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


def _edited(text: str, edits: list[types.TextEdit]) -> str:
    """A text with edits in UTF-16, made from the last one to the first."""
    lines = [line.encode("utf-16-le") for line in text.split("\n")]
    for edit in sorted(edits, key=lambda one: one.range.start, reverse=True):
        start, end = edit.range.start, edit.range.end
        assert start.line == end.line
        line = lines[start.line]
        new = edit.new_text.encode("utf-16-le")
        lines[start.line] = line[: 2 * start.character] + new + line[2 * end.character :]
    return "\n".join(line.decode("utf-16-le") for line in lines)
