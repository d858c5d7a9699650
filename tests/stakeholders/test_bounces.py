"""Mail that comes back: what is final, what follows, and how it goes on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from apps.core import outbox
from apps.core.models import Change, Mail, MailState
from apps.core.returned import came_back, complained
from apps.stakeholders import actions
from apps.stakeholders.coming import next_digests
from apps.stakeholders.digests import compose, plan_due
from apps.stakeholders.models import Stakeholder, Told
from tests.smtp_sink import listening
from tests.stakeholders import scene
from tests.stakeholders.scene import at

MONDAY = at(2026, 1, 5)
NOBODY, BLOCKED, LATER = "550 5.1.1 no such user", "550 5.7.1 blocked", "450 4.2.1 try later"


def day(n: int):
    return MONDAY + timedelta(days=n)


@pytest.fixture
def sink(settings):
    with listening() as found:
        settings.SMTP_URL = found.url
        yield found


@pytest.fixture
def follows(room):
    scene.item(room)
    return scene.follow(room)


def refused(sink, answer, *days):
    """Send the digests of those days to a server that answers so."""
    sink.answers = {"rcpt": answer} if answer else {}
    for n in days:
        scene.send(day(n))


def person():
    return Stakeholder.objects.get()


@pytest.mark.parametrize(
    ("answers", "final"),
    [
        ([NOBODY], True),
        (["553 5.1.3 bad address"], True),
        ([BLOCKED], False),
        ([BLOCKED, BLOCKED], False),
        ([BLOCKED, BLOCKED, BLOCKED], True),
        ([BLOCKED, BLOCKED, None, BLOCKED, BLOCKED], False),  # one that arrived begins the count anew
        ([LATER], False),
        (["550"], False),
    ],
)
def test_when_an_address_is_given_up(room, follows, sink, answers, final):
    for n, answer in enumerate(answers):
        scene.move(room, scene.Item.objects.get(), date(2026, 5, 1 + n), day(n) - timedelta(hours=1))
        refused(sink, answer, n)
    assert (person().unreachable_at is not None) is final
    assert person().unreachable_why == (answers[-1] if final else "")


def test_nothing_more_is_written_there_and_nothing_was_told(room, follows, sink):
    refused(sink, NOBODY, 0)
    assert scene.mail_of(follows).state == MailState.BOUNCED
    refused(sink, None, 1, 2)
    assert (Mail.objects.count(), sink.mails) == (1, [])
    assert [line.kind for line in compose(follows).lines] == ["new"]
    assert next_digests(follows.audience) == []
    change = Change.objects.get(verb="stakeholder.bounced")
    assert (change.via, change.detail, set(change.fields)) == (
        "system", {"answer": NOBODY}, {"unreachable_at", "unreachable_why"},
    )  # fmt: skip


def test_what_waited_for_them_is_called_off(room, follows, sink):
    other = scene.follow(room, who=follows.stakeholder)
    sink.answers = {"rcpt": NOBODY}
    assert plan_due(MONDAY) == 2
    outbox.deliver()
    assert sorted(Mail.objects.values_list("state", flat=True)) == [MailState.BOUNCED, MailState.CANCELLED]
    assert person().bounces == 1
    assert other.stakeholder == person()


def test_an_editor_tries_again_and_they_are_told_what_they_missed(room, follows, sink):
    refused(sink, NOBODY, 0)
    path = reverse("stakeholders:person", args=[room.workspace.slug, follows.stakeholder_id])
    listed = reverse("stakeholders:page", args=[room.workspace.slug])
    for role, buttons in (("viewer", 0), ("editor", 1)):
        page = room.client(role).get(path).content.decode()
        assert ("No mail reaches" in page, NOBODY in page, page.count(">Try again<")) == (True, True, buttons)
        assert "no mail reaches it" in room.client(role).get(listed).content.decode()
    assert room.client().post(reverse("stakeholders:try_again", args=[room.workspace.slug, person().pk])).status_code == 302
    assert (person().unreachable_at, person().bounces) == (None, 0)
    refused(sink, None, 1)
    assert (len(sink.mails), [line["kind"] for line in scene.lines(follows)]) == (1, ["new"])
    with pytest.raises(ValidationError) as said:
        actions.try_again(room.actor(), person())
    assert "was not stopped" in said.value.message_dict["email"][0]


def test_the_page_of_mails_leads_to_the_addresses_that_no_mail_reaches(room, follows, sink):
    path = reverse("stakeholders:unreachable", args=[room.workspace.slug])
    assert "Mail reaches everybody" in room.client().get(path).content.decode()
    refused(sink, NOBODY, 0)
    assert f'href="{path}"' in room.client("owner").get(reverse("accounts:mails", args=[room.workspace.slug])).content.decode()
    deed = f'action="{reverse("stakeholders:try_again", args=[room.workspace.slug, person().pk])}"'
    for role, deeds in (("viewer", 0), ("editor", 1)):
        page = room.client(role).get(path).content.decode()
        since = person().unreachable_at.isoformat()[:10]
        assert (person().email in page, NOBODY in page, f'datetime="{since}' in page, page.count(deed)) == (
            True,
            True,
            True,
            deeds,
        )


def test_another_address_is_another_try(room, follows, sink):
    refused(sink, NOBODY, 0)
    actions.edit_stakeholder(room.actor(at=day(0)), person(), email="right@example.test")
    assert person().unreachable_at is None
    refused(sink, None, 1)
    assert [recipient for recipient, _ in sink.mails] == ["right@example.test"]


def test_a_bounce_of_the_old_address_says_nothing_of_the_new_one(room, follows, sink):
    plan_due(MONDAY)
    actions.edit_stakeholder(room.actor(at=day(0)), person(), email="right@example.test")
    sink.answers = {"rcpt": NOBODY}
    outbox.deliver()
    assert (scene.mail_of(follows).state, person().unreachable_at) == (MailState.BOUNCED, None)


def test_the_mail_that_asks_comes_back_too(room, sink):
    waits = actions.subscribe(room.actor(), scene.audience(room), stakeholder=scene.person(room))
    sink.answers = {"rcpt": NOBODY}
    outbox.deliver()
    assert person().unreachable_at is not None
    with pytest.raises(ValidationError) as said:
        actions.ask_again(room.actor(), waits)
    assert "was refused" in said.value.message_dict["subscription"][0]


def test_rest_says_it_and_tries_again(room, follows, sink):
    refused(sink, NOBODY, 0)
    api = room.api()
    found = api.get("/api/v1/stakeholders/?unreachable=true").json()["results"][0]
    assert (found["unreachable_why"], found["unreachable_at"] is None) == (NOBODY, False)
    again = api.post(f"/api/v1/stakeholders/{found['id']}/try-again/", {}, content_type="application/json")
    assert (again.status_code, again.json()["unreachable_at"]) == (200, None)


# --- mail that was accepted and came back later ---


def comes_back(follows, answer=NOBODY):
    """Hear of the newest mail of a subscription that it did not arrive."""
    return came_back(scene.mail_of(follows).message_id, answer)


def test_a_digest_that_came_back_later_told_nobody_and_is_told_again(room, follows):
    scene.send(MONDAY)
    assert ([line.kind for line in compose(follows).lines], Told.objects.exclude(confirmed_at=None).count()) == ([], 1)
    assert comes_back(follows, BLOCKED)
    assert ([line.kind for line in compose(follows).lines], Told.objects.exclude(confirmed_at=None).count()) == (["new"], 0)
    assert person().unreachable_at is None
    changes = Change.objects.filter(workspace=room.workspace).order_by("-seq")[:2]
    assert [(each.verb, each.via) for each in changes] == [("digest.returned", "system"), ("stakeholder.bounced", "system")]
    assert changes[0].detail == {"digest": str(scene.digest(follows).pk), "stakeholder": "Acme", "period": "2026-01-05"}
    scene.send(day(1))
    assert [line["kind"] for line in scene.lines(follows, day(1))] == ["new"]


def test_what_they_were_told_before_it_still_counts(room, follows):
    scene.send(MONDAY)
    scene.move(room, scene.Item.objects.get(), date(2026, 5, 1), day(1) - timedelta(hours=1))
    scene.send(day(1))
    comes_back(follows, BLOCKED)
    assert [(line.kind, line.told) for line in compose(follows).lines] == [("moved", "1 March 2026")]


def test_a_mail_that_was_refused_at_once_is_not_taken_back_as_well(room, follows, sink):
    refused(sink, NOBODY, 0)
    assert not comes_back(follows)
    assert list(Change.objects.filter(verb="digest.returned")) == []
    assert person().bounces == 1


@pytest.mark.parametrize(
    ("days", "final"), [([0, 1, 2], True), ([0, 1, None, 3, 4], False), ([0, None, 2, 3, 4], True), ([0, 1], False)]
)
def test_three_that_came_back_later_one_after_the_other_are_enough(room, follows, days, final):
    for n, back in enumerate(days):
        scene.move(room, scene.Item.objects.get(), date(2026, 5, 1 + n), day(n) - timedelta(hours=1))
        scene.send(day(n))
        if back is not None:
            assert comes_back(follows, BLOCKED)
    assert (person().unreachable_at is not None) is final


def test_who_is_tried_again_has_three_tries_again(room, follows, sink):
    refused(sink, NOBODY, 0)
    actions.try_again(room.actor(at=day(0)), person())
    refused(sink, BLOCKED, 1, 2)
    assert (person().bounces, person().unreachable_at) == (2, None)
    refused(sink, BLOCKED, 3)
    assert person().unreachable_at is not None


def test_a_complaint_ends_all_mail_to_them_and_what_they_read_still_counts(room, follows):
    scene.send(MONDAY)
    complained(scene.mail_of(follows).message_id, "reported as spam")
    assert (person().unreachable_why, person().bounces) == ("reported as spam", 0)
    assert (scene.mail_of(follows).state, compose(follows).lines) == (MailState.SENT, [])
    scene.move(room, scene.Item.objects.get(), date(2026, 5, 1), day(1) - timedelta(hours=1))
    assert plan_due(day(1)) == 0
    change = Change.objects.get(verb="stakeholder.complained")
    assert (change.via, change.detail) == ("system", {"answer": "reported as spam"})
    page = room.client().get(reverse("stakeholders:person", args=[room.workspace.slug, person().pk])).content.decode()
    assert "reported as spam" in page


def test_a_complaint_about_the_mail_that_asks_is_an_answer(room):
    waits = actions.subscribe(room.actor(), scene.audience(room), stakeholder=scene.person(room))
    outbox.deliver()
    complained(scene.mail_of(waits).message_id, "reported as spam")
    assert person().unreachable_at is not None
