"""What a review leaves behind: minutes to read, print and copy, a baseline, and the way to the digests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from apps.milestones.models import Baseline
from apps.roadmap.actions import create_item, edit_item
from apps.stakeholders import actions
from apps.stakeholders.minutes import minutes_of
from apps.vision.actions import create_goal
from tests.stakeholders.scene import at, audience, person

if TYPE_CHECKING:
    from datetime import datetime

    from apps.stakeholders.models import Review
    from tests.people import Room

TEXT = """\
Monthly, Thursday 12 March 2026
Harbor platform
Present: Editor of Harbor, Nadia (Bluefin)

All in good order.

Dropped
- Fax: Nobody asked. (Editor of Harbor)

Kept
- Search (Editor of Harbor)

Settled
- Do we build on-premises?
  No.
  Because: The EU region answers the need. Leans on: Safe.

Since the review of 12 February 2026
- Search moved 10 days later: The vendor is late.
- Fax added to the parking lot
"""


def planned(room: Room, when: datetime, **fields: Any) -> Review:
    fields = {"title": "Monthly", "due_on": when.date(), "cadence_weeks": 0, **fields}
    return actions.plan_review(room.actor(at=when), room.product, **fields)


def story(room: Room) -> Review:
    """Hold a review in February and one in March, between which something moved."""
    first, second = at(2026, 2, 12), at(2026, 3, 12)
    span: Any = {"start": date(2026, 4, 1), "end": date(2026, 5, 1), "granularity": "day"}
    search = create_item(room.actor(at=at(2026, 1, 5)), room.product, title="Search", **span)
    actions.hold_review(room.actor(at=first), planned(room, first))
    fax = create_item(room.actor(at=at(2026, 2, 20)), room.product, title="Fax")
    moved = room.actor(at=at(2026, 3, 1))
    edit_item(moved, search, end=date(2026, 5, 11), reason="The vendor is late.")
    goal = create_goal(moved, room.product, name="Safe", weight=10)
    guest = person(room, "Nadia", organisation="Bluefin")
    who, review = room.actor(at=second), planned(room, second, attendees=[room.editor], guests=[guest])
    actions.review_item(who, review, item=search, verdict="keep")
    actions.review_item(who, review, item=fax, verdict="drop", note="Nobody asked.")
    words = {"question": "Do we build on-premises?", "answer": "No.", "reason": "The EU region answers the need."}
    actions.decide_in(who, review, **words, goal=goal)
    held = actions.hold_review(who, review, notes="All in good order.")
    edit_item(room.actor(at=at(2026, 3, 20)), search, end=date(2026, 6, 30))  # is of the next review
    return held


def test_the_minutes_as_text(room: Room):
    review = story(room)
    assert minutes_of(review).text == TEXT
    answer = room.client("viewer").get(reverse("stakeholders:minutes", args=[room.workspace.slug, review.pk]))
    assert (answer.headers["Content-Type"], answer.content.decode()) == ("text/plain; charset=utf-8", minutes_of(review).text)


def test_the_page_of_a_held_review_reads_as_minutes(room: Room):
    review, followers = story(room), audience(room, "Customers")
    path = reverse("stakeholders:review", args=[room.workspace.slug, review.pk])
    page = room.client().get(path).content.decode()
    for text in (
        "Thursday 12 March 2026",
        "Nadia (Bluefin)",
        "All in good order.",
        "Nobody asked.",
        "The vendor is late.",
        "Safe",
    ):
        assert text in page, text
    assert page.index("Dropped <span") < page.index("Kept <span") < page.index('id="settled"') < page.index('id="moved"')
    digests = reverse("stakeholders:digests", args=[room.workspace.slug, followers.pk])
    assert digests in page
    assert digests not in room.client("viewer").get(path).content.decode()
    later = planned(room, at(2026, 4, 9))
    actions.hold_review(room.actor(at=at(2026, 4, 9)), later)
    assert digests not in room.client().get(path).content.decode()  # another was held since


def test_closing_keeps_the_moment_as_a_baseline(room: Room):
    review = story(room)
    assert (review.baseline.name, review.baseline.at) == ("Monthly, 12 Mar 2026", review.held_at)
    assert Baseline.objects.count() == 2
    page = room.client().get(reverse("stakeholders:review", args=[room.workspace.slug, review.pk])).content.decode()
    assert "Monthly, 12 Mar 2026: what changed since" in page


def test_closing_it_by_hand_leads_to_its_minutes(room: Room):
    review = planned(room, at(2026, 3, 12))
    hold = reverse("stakeholders:hold", args=[room.workspace.slug, review.pk])
    done = room.client().post(hold, {"notes": "Short.", "initial-notes": "", "version": 1})
    assert done.headers["Location"] == reverse("stakeholders:review", args=[room.workspace.slug, review.pk])


def test_a_review_that_was_called_off_says_so(room: Room):
    review = actions.cancel_review(room.actor(), planned(room, at(2026, 3, 12)))
    page = room.client().get(reverse("stakeholders:review", args=[room.workspace.slug, review.pk])).content.decode()
    assert "It was planned for 12 March 2026." in page


def test_by_rest(room: Room):
    review = story(room)
    api = room.api("viewer")
    told = api.get(f"/api/v1/reviews/{review.pk}/minutes/").json()
    assert told["text"] == minutes_of(review).text
    assert told["people"] == ["Editor of Harbor", "Nadia (Bluefin)"]
    assert [(each["title"], each["verdict"], each["note"]) for each in told["verdicts"]] == [
        ("Search", "keep", ""), ("Fax", "drop", "Nobody asked."),
    ]  # fmt: skip
    assert [(each["kind"], each["title"], each["reason"]) for each in told["moved"]] == [
        ("moved", "Search", "The vendor is late."), ("added", "Fax", ""),
    ]  # fmt: skip
    assert api.get(f"/api/v1/reviews/{review.pk}/").json()["baseline"] == str(review.baseline_id)
