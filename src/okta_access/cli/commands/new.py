"""``okta-access new``: a rule and its fixture to begin with; both pass lint and test as written."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, Span

_NAME = re.compile(r"[a-z][a-z0-9_]{2,79}")

_RULE = """\
title: {title}
id: {id}
name: {name}
status: experimental
description: >-
    Detects that an access request sequence was removed by a person. Say here why this matters and
    what it does not prove.
references:
    - https://developer.okta.com/docs/reference/api/event-types/?q=access.request.sequence.delete
author: {author}
date: {date}
tags:
    - attack.privilege-escalation
    - attack.defense-impairment
    - attack.t1484
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.sequence.delete
        actor.type: User
    filter_main_not_done:
        outcome.result:
            - FAILURE
            - DENY
            - ABANDONED
            - UNANSWERED
            - RATE_LIMIT
            - SKIPPED
            - CHALLENGE
    condition: selection and not 1 of filter_main_*
falsepositives:
    - A planned clean-up with a change ticket
level: medium
profile: extended
"""

_FIXTURE = """\
match:
    - why: A person removes a sequence.
      event: {eventType: access.request.sequence.delete, actor.type: User}
miss:
    - why: Okta's own clean-up is not a person's act.
      event: {eventType: access.request.sequence.delete, actor.type: SystemPrincipal}
    - why: The attempt failed, so the sequence is still there.
      event: {eventType: access.request.sequence.delete, actor.type: User, outcome.result: FAILURE}
    - why: An edit is not a removal.
      event: {eventType: access.request.sequence.update, actor.type: User}
"""


@click.command("new")
@click.argument("name")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("rules"),
    show_default=True,
    help="The folder of the rules; fixtures lie beside it.",
)
@click.option("--author", default="Your Name", show_default=True, help="Who writes the rule.")
@click.pass_obj
def command(terminal: Terminal, *, name: str, rules: Path, author: str) -> int:
    """Begin a rule: writes rules/NAME.yml and fixtures/NAME.yml.

    Both are a working example to change. Then: okta-access lint, okta-access test.
    """
    if not _NAME.fullmatch(name):
        raise click.BadParameter(
            "a name has lower-case letters, digits and _, begins with a letter and has 3 to 80 "
            "characters, for example okta_access_my_rule",
            param_hint="NAME",
        )
    values = {
        "title": name.replace("_", " ").title(),
        "id": str(uuid4()),
        "name": name,
        "author": author,
        "date": datetime.now(UTC).date().isoformat(),
    }
    rule, fixture = rules / f"{name}.yml", rules.parent / "fixtures" / f"{name}.yml"
    for path in (rule, fixture):
        if path.exists():
            raise InputError("is there already", span=Span.whole(str(path)), hint="another name")
    for path, text in ((rule, _RULE.format_map(values)), (fixture, _FIXTURE)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        terminal.result(str(path))
    terminal.note("next: edit both, then okta-access lint, okta-access test")
    return 0
