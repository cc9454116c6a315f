"""A stack of Splunk Cloud after apply has the app in the version that is shipped."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.deploy.access import Access
from okta_access.deploy.apply import apply
from okta_access.deploy.errors import ChangedSincePlan, SiemError
from okta_access.deploy.plan import Action, Change, plan
from okta_access.deploy.splunk.cloud import Stack, shipped_app
from okta_access.errors import InputError, OktaAccessError
from tests.builders.loopback import HANG_UP, Answer, Faulty, Told, answering
from tests.builders.splunk_cloud import INSPECTED, TOKEN, Cloud, packed

APP = "ours"
versions = st.from_regex(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}", fullmatch=True)
BUSY = {"code": "424-failed-dependency", "message": "A deployment task is still in progress"}
POST = 3  # status and app for the plan, the app again, then the write


def stack(
    url: str, *, secret: str = TOKEN, inspected: str | None = INSPECTED, **options: Any
) -> Stack:
    reach = {name: options.pop(name) for name in ("timeout", "retries") if name in options}
    access = Access(f"{url}/acme", secret, backoff=0, **reach)
    return Stack(access, APP, inspected, **{"acknowledged": True, "patience": 5.0, **options})


def run(answer: Answer, version: str = "2.0.0", **options: Any) -> list[str]:
    """Plan and apply; gives what was done, and what was said where it broke off."""
    made: list[Change] = []
    wanted = (shipped_app(APP, version, packed(APP, version)),)
    with answering(answer) as url:
        siem = stack(url, **options)
        try:
            apply(siem, plan(siem, wanted), made.append)
        except OktaAccessError as error:
            said = [str(error)]
        else:
            said = []
    assert not any(secret in one for one in said for secret in (TOKEN, INSPECTED))
    return [*(f"{one.action} {one.name}" for one in made), *said]


@given(
    version=versions,
    there=st.none() | versions,
    kind=st.sampled_from(["Victoria", "Classic"]),
    reads=st.integers(0, 3),
)
def test_a_plan_after_apply_is_empty(
    version: str, there: str | None, kind: str, reads: int
) -> None:
    before = {} if there is None else {APP: there}
    cloud = Cloud(kind, {"another": "9.9.9", **before}, reads)
    action = "create" if there is None else "update"
    assert run(cloud, version) == ([] if there == version else [f"{action} app {APP}"])
    assert cloud.apps == {"another": "9.9.9", APP: version}
    asked = Faulty(cloud)
    assert run(asked, version) == []
    assert {one.method for one in asked.asked} == {"GET"}


def test_a_plan_says_which_version_is_there_and_writes_nothing() -> None:
    asked = Faulty(Cloud(apps={APP: "1.0.0"}))
    wanted = (shipped_app(APP, "2.0.0", b""),)
    with answering(asked) as url:
        made = plan(stack(url, inspected=None, acknowledged=False), wanted)
        assert made.place == f"{url}/acme, app {APP}"
    (change,) = made.changes
    (difference,) = change.differences
    assert (change.action, difference.there, difference.shipped) == (
        Action.UPDATE, "1.0.0", "2.0.0",
    )  # fmt: skip
    assert [one.method for one in asked.asked] == ["GET", "GET"]


@pytest.mark.parametrize("kind", ["Victoria", "Classic"])
@pytest.mark.parametrize("status", [424, 429, 503])
@pytest.mark.parametrize("number", [0, POST, POST + 1])
def test_a_stack_that_is_busy_is_asked_again(kind: str, status: int, number: int) -> None:
    cloud = Cloud(kind, reads=1)
    faults = {number: Told(BUSY, status), number + 1: Told(b"<html>later</html>", status)}
    assert run(Faulty(cloud, faults)) == [f"create app {APP}"]
    assert cloud.apps == {APP: "2.0.0"}


def test_a_stack_that_stays_busy_says_with_what() -> None:
    faulty = Faulty(Cloud(), dict.fromkeys(range(POST, POST + 3), Told(BUSY, 424)))
    (said,) = run(faulty, retries=2)
    assert "is too busy: A deployment task is still in progress (HTTP 424)" in said
    assert "run it again later" in said
    assert len(faulty.asked) == POST + 3


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "fault", [Told({"code": "500-internal", "message": "broken"}, 500), HANG_UP]
)
def test_a_run_that_broke_off_is_resumed(fault: Told, after: bool) -> None:
    cloud = Cloud()
    (said,) = run(Faulty(cloud, {POST: fault}, after))
    assert "broken (HTTP 500)" in said or "cannot reach" in said
    assert run(cloud) == ([] if after else [f"create app {APP}"])
    assert cloud.apps == {APP: "2.0.0"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"secret": "another"}, "does not accept the secret: call not properly authenticated"),
        ({"inspected": "another"}, "does not accept the secret: app inspect does not know (the"),
        ({"inspected": None}, "with the token of a login to splunk.com"),
        ({"acknowledged": False}, "the disclaimer is not acknowledged (--acs-legal-ack"),
    ],
)
def test_without_both_tokens_and_the_acknowledgement_nothing_is_installed(
    options: dict[str, Any], said: str
) -> None:
    cloud = Cloud()
    (told,) = run(cloud, **options)
    assert said in told
    assert cloud.apps == {}


def test_a_stack_of_another_name_is_no_stack_without_the_app() -> None:
    with answering(Cloud()) as url:
        siem = Stack(Access(f"{url}/other", TOKEN, retries=0), APP)
        with pytest.raises(SiemError, match=r"stack not found \(HTTP 404\)"):
            siem.find([shipped_app(APP, "1.0.0", b"")])


def test_an_app_that_does_not_arrive() -> None:
    failed = run(Cloud(ends="failed"))
    assert failed == [f"app {APP}: Splunk says `failed`"]

    class Lost(Cloud):
        def _described(self, name: str) -> Told:
            self.apps.pop(name, None)
            return super()._described(name)

    (said,) = run(Lost(), patience=0.05)
    assert said.startswith(f"app {APP} was sent and is not installed yet: Splunk says `not there`")


def test_a_state_that_is_not_known_ends_the_waiting_without_an_error() -> None:
    cloud = Cloud(ends="enabled")
    assert run(cloud, patience=0.05) == [f"create app {APP}"]
    assert run(cloud) == []


def test_somebody_came_between_plan_and_write() -> None:
    cloud = Cloud(apps={APP: "1.0.0"})
    wanted = (shipped_app(APP, "2.0.0", packed(APP, "2.0.0")),)
    with answering(cloud) as url:
        siem = stack(url)
        planned = plan(siem, wanted)
        cloud.apps[APP] = "3.0.0"
        with pytest.raises(ChangedSincePlan):
            apply(siem, planned, lambda _: None)
    assert cloud.apps == {APP: "3.0.0"}


@pytest.mark.parametrize(
    ("number", "body"),
    [(0, []), (0, {"infrastructure": {}}), (1, {"version": "1"}), (POST, {"ok": True})],
)
def test_what_is_not_understood_is_one_line(number: int, body: Any) -> None:
    (said,) = run(Faulty(Cloud(), {number: Told(body)}))
    assert "does not answer as Splunk's Admin Config Service does" in said


def test_a_kind_of_stack_that_is_not_known() -> None:
    (said,) = run(Cloud("Albert"))
    assert "is a stack of a kind that is not known: Albert" in said


def test_an_app_is_neither_switched_off_nor_taken_away() -> None:
    with answering(Cloud(apps={APP: "1.0.0"})) as url:
        siem, wanted = stack(url), shipped_app(APP, "1.0.0", b"")
        there = siem.find([wanted])[wanted.key]
        for refused in (siem.disable, siem.delete):
            with pytest.raises(SiemError, match="by this"):
                refused(there)


@pytest.mark.parametrize("path", ["", "/", "/a/b", "/..%2f", "/-"])
def test_an_address_without_a_stack(path: str) -> None:
    with pytest.raises(InputError, match="no stack is named"):
        Stack(Access(f"https://admin.splunk.com{path}", TOKEN), APP)
