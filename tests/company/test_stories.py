"""Attack stories: each is noticed, and the page about them is what they give."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.stories import page
from okta_access.catalog.load import load_catalog
from okta_access.catalog.schema import errors, event_schema
from okta_access.company.stories import STORIES
from okta_access.company.telling import Evasion, Story, story_log
from tests.catalog.observations import observations

CATALOG = load_catalog()
PAGE = Path(__file__).parents[2] / "docs" / "stories.md"


def test_there_are_thirty_and_their_names_differ() -> None:
    assert len({one.name for one in STORIES}) == len(STORIES) >= 30


def test_the_page_is_up_to_date_and_a_story_is_noticed_unless_it_says_why_not() -> None:
    text = page()
    assert PAGE.read_text("utf-8") == text, "run: python -m bench.stories > docs/stories.md"
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    assert [row[0].removeprefix("| ") for row in rows] == [one.name for one in STORIES]
    unnoticed = [row[0].removeprefix("| ") for row in rows if row[1] == "–"]
    assert unnoticed == [one.name for one in STORIES if one.unseen]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("evasion", Evasion)
def test_events_of_a_story_are_events(story: Story, evasion: Evasion) -> None:
    events = story_log(CATALOG, story, evasion=evasion)
    schema = event_schema(CATALOG)
    assert [(errors(schema, e), observations(CATALOG, e)) for e in events] == [((), ())] * len(
        events
    )
    assert len(events) == sum(step.times for step in story.steps)
    assert story_log(CATALOG, story, evasion=evasion) == events
    proxied = any(event["securityContext"]["isProxy"] for event in events)
    assert not (proxied and evasion is Evasion.NO_PROXY)
