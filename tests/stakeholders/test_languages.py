"""In which language people are told: their own, in mails and on their pages; and it is news to nobody that it changed."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client

from apps.core.mail import parts
from apps.core.models import Mail
from apps.roadmap import actions as roadmap
from apps.stakeholders import actions, embedding, ledger
from apps.stakeholders.digests import reader_link
from apps.stakeholders.links import link_to
from apps.stakeholders.models import Precision, Told
from apps.stakeholders.reminders import plan_reminders
from apps.stakeholders.webhooks import news_of
from tests.stakeholders import scene
from tests.stakeholders.scene import at

FIRST, SECOND, THIRD = at(2026, 1, 5), at(2026, 1, 6), at(2026, 1, 7)
ENGLISH = {"Accept-Language": "en"}


def german(room, **fields):
    return scene.person(room, "Meyer", language="de", **fields)


def speak(room, subscription, language):
    actions.edit_stakeholder(room.actor(), subscription.stakeholder, language=language)


def local(url):
    return "/" + url.split("/", 3)[3]


def test_a_digest_speaks_its_readers_language(room):
    made = scene.item(room, end=date(2026, 3, 1))
    follows = scene.follow(room, who=german(room))
    scene.send(FIRST)
    scene.move(room, made, date(2026, 5, 1), at(2026, 1, 5, 12), "Der Index kam spät.")
    scene.send(SECOND)
    said = parts(scene.mail_of(follows))
    assert dict(said["headers"])["Content-Language"] == "de"
    assert dict(said["headers"])["Subject"] == "Ein genannter Termin hat sich verschoben"
    for each in (
        "Bisher mitgeteilt: 1. März 2026; jetzt: 1. Mai 2026, 61 Tage später.", "Grund: Der Index kam spät.",
        "Änderungen seit unserer letzten Mitteilung am 5. Januar", "Roadmap ansehen", "täglich um 09:00 Uhr, UTC",
    ):  # fmt: skip
        assert each in said["text"]
    assert 'lang="de"' in said["html"]
    assert "Zeitachse. Search: bisher 1. März 2026, jetzt 1. Mai 2026." in said["html"]
    assert '<s class="was"' in said["html"]
    assert [word for word in ("You", "Because", "March", "roadmap for") if word in said["text"]] == []


def test_two_readers_of_one_audience_read_the_same_each_in_their_language(room):
    made, followed = scene.item(room, end=date(2026, 3, 1)), scene.audience(room)
    here, there = scene.follow(room, followed), scene.follow(room, followed, german(room))
    scene.send(FIRST)
    scene.move(room, made, date(2026, 5, 1), at(2026, 1, 5, 12))
    scene.send(SECOND)
    assert "You were told 1 March 2026; it is now 1 May 2026" in parts(scene.mail_of(here))["text"]
    assert "Bisher mitgeteilt: 1. März 2026; jetzt: 1. Mai 2026" in parts(scene.mail_of(there))["text"]
    assert scene.lines(here, SECOND) == scene.lines(there, SECOND)  # on record it is the same
    assert len({str(each.said) for each in Told.objects.filter(at=SECOND)}) == 1


@pytest.mark.parametrize("precision", Precision.values)
@pytest.mark.parametrize(
    "fields", [["timeframe", "status", "goals", "commitment", "horizon"], ["title", "timeframe"], ["status"]]
)
def test_another_language_alone_is_no_news(room, precision, fields):
    """Whatever is told of an item: dated or not, shipped, in each horizon and status, with a title or without one."""
    for n, status in enumerate(("planned", "in_progress", "shipped", "planned", "in_progress")):
        end = date(2026, 3, 1) + timedelta(days=40 * n) if n % 2 == 0 else None
        made = scene.item(room, f"Item {n}", end, status=status, horizon=("now", "next", "later")[n % 3])
        scene.serve(room, made, scene.goal(room, f"Goal {n}"))
        if end:
            scene.place(room, made, f"Milestone {n}", date=end, commitment=("committed", "target", "aspiration")[n % 3])
    follows = scene.follow(room, scene.audience(room, precision=precision, fields=fields))
    scene.send(FIRST)
    assert scene.lines(follows, FIRST)
    for moment, language in ((SECOND, "de"), (THIRD, "en-gb")):
        speak(room, follows, language)
        scene.send(moment)
        assert scene.lines(follows, moment) == []
    assert [each.kind for each in ledger.of_person(follows.stakeholder)] == [""] * 5


def test_what_was_told_in_one_language_is_recalled_in_the_other(room):
    made = scene.item(room, end=date(2026, 3, 1))
    follows = scene.follow(room, scene.audience(room, precision="month"))
    scene.send(FIRST)
    speak(room, follows, "de")
    scene.move(room, made, date(2026, 5, 1), at(2026, 1, 5, 12))
    scene.send(SECOND)
    assert "Bisher mitgeteilt: März 2026; jetzt: Mai 2026, 61 Tage später." in parts(scene.mail_of(follows))["text"]


def test_a_readers_own_pages_speak_their_language_whatever_the_browser_asks_for(room):
    scene.item(room)
    follows = scene.follow(room, who=german(room))
    for url in (reader_link(follows), link_to(follows, "own"), link_to(follows, "confirm")):
        answer = Client().get(local(url), headers=ENGLISH)
        assert '<html lang="de"' in answer.content.decode()
        assert answer.headers["Content-Language"] == "de"
    assert "1. März 2026" in Client().get(local(reader_link(follows)), headers=ENGLISH).content.decode()


def test_a_share_page_speaks_the_browsers_language_and_a_persons_own_theirs(room):
    scene.item(room)
    followed = scene.audience(room)
    person = german(room)
    actions.add_to_audience(room.actor(), followed, stakeholder=person)
    for owner, headers, spoken in ((None, {"Accept-Language": "de"}, "de"), (None, ENGLISH, "en-gb"), (person, ENGLISH, "de")):
        link = actions.create_share_link(room.actor(), followed, name="Board", stakeholder=owner)
        answer = Client().get(f"/s/{link.secret}", follow=True, headers=headers)
        assert f'<html lang="{spoken}"' in answer.content.decode()


def test_the_mail_that_asks_speaks_their_language(room):
    follows = actions.subscribe(room.actor(), scene.audience(room), stakeholder=german(room))
    scene.outbox.deliver()
    said = parts(scene.mail_of(follows))
    assert dict(said["headers"])["Subject"].startswith("Möchten Sie hören, wie es mit")
    assert "Ohne Ihr Ja wird nichts gesendet." in said["text"]


def test_a_reminder_speaks_the_language_of_whoever_reviews(room):
    room.editor.language = "de"
    room.editor.save()
    review = actions.plan_review(room.actor(), room.product, title="Durchsicht", due_on=date(2026, 2, 2), owner=room.editor)
    plan_reminders(at(2026, 2, 2))
    scene.outbox.deliver()
    said = parts(Mail.objects.get(payload__review=str(review.pk)))
    assert dict(said["headers"])["Subject"] == "Durchsicht ist heute"
    assert "Montag, 2. Februar 2026" in said["text"]


def test_who_has_an_account_is_written_to_in_the_language_they_chose_there(room):
    room.viewer.language = "de"
    room.viewer.save()
    made = actions.create_stakeholder(room.actor(), room.workspace, name="Vera", email=room.viewer.email)
    other = actions.create_stakeholder(room.actor(), room.workspace, name="Acme", email="acme@example.test")
    assert (made.language, other.language) == ("de", "en-gb")


def test_programs_are_told_in_one_language(room):
    """What a feed's reader compares must not hang on who asked for it."""
    roadmap.create_item(room.actor(), room.product, title="Search", status="planned")
    link = actions.create_share_link(room.actor(), scene.audience(room), name="Board")
    for kind in ("atom.xml", "calendar.ics"):
        bodies = {Client().get(f"/s/{link.secret}/{kind}", headers={"Accept-Language": each}).content for each in ("de", "en")}
        assert len(bodies) == 1


def fetched(link, kind, asked="en"):
    return Client().get(f"/s/{link.secret}/{kind}", headers={"Accept-Language": asked})


@pytest.mark.parametrize("kind", ["atom.xml", "calendar.ics"])
def test_a_feed_speaks_its_audiences_language_and_a_persons_own_theirs(room, kind):
    scene.item(room, status="in_progress")
    followed, person = scene.audience(room, language="de"), scene.person(room)
    actions.add_to_audience(room.actor(), followed, stakeholder=person)
    ours, theirs = (actions.create_share_link(room.actor(), followed, name="Feed", stakeholder=each) for each in (None, person))
    answer = fetched(ours, kind)
    assert answer.headers["Content-Language"] == "de"
    assert ("1. März 2026" in answer.content.decode(), "In Arbeit" in answer.content.decode()) == (True, True)
    assert ("1 March 2026" in fetched(theirs, kind, "de").content.decode()) is True
    if kind == "atom.xml":
        assert 'xml:lang="de"' in answer.content.decode()


def test_another_language_makes_no_entry_new(room):
    scene.item(room)
    link = actions.create_share_link(room.actor(), scene.audience(room), name="Feed")
    before = fetched(link, "atom.xml").content.decode()
    actions.edit_audience(room.actor(), link.audience, language="de")
    after = fetched(link, "atom.xml").content.decode()
    assert before != after
    assert re.findall(r"<id>.*?</id>", before) == re.findall(r"<id>.*?</id>", after)


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("", "de"), ("fr-FR, fr;q=0.9", "de"), ("*", "de"), ("fr, en;q=0.5", "en-gb"), ("en-US", "en-gb"), ("de-AT", "de")],
)
def test_a_page_by_link_speaks_its_audiences_language_where_the_browser_asks_for_none_of_ours(room, asked, spoken):
    scene.item(room)
    link = actions.create_share_link(room.actor(), scene.audience(room, language="de"), name="Board")
    visitor = Client(headers={"Accept-Language": asked})
    answer = visitor.get(f"/s/{link.secret}", follow=True)
    assert f'<html lang="{spoken}"' in answer.content.decode()
    assert answer.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}"' in visitor.get(f"{answer.redirect_chain[-1][0]}keep/").content.decode()


def test_what_stands_in_pages_of_others_and_is_given_away_speaks_the_audiences_language(room):
    scene.item(room)
    followed = scene.audience(room, language="de")
    link = actions.create_share_link(room.actor(), followed, name="Site", embed_origins=["https://www.example.com"])
    inside = Client().get(local(embedding.address(link)), headers=ENGLISH | {"Sec-Fetch-Dest": "iframe"})
    taken = room.client().get(f"/w/{room.workspace.slug}/audiences/{followed.pk}/takeaway/", headers=ENGLISH)
    by_rest = room.api().get(f"/api/v1/audiences/{followed.pk}/takeaway/")
    for answer in (inside, taken, by_rest):
        assert ('<html lang="de"' in answer.content.decode(), "1. März 2026" in answer.content.decode()) == (True, True)


def test_a_webhook_speaks_its_audiences_language_and_another_language_is_no_news(room):
    made, followed = scene.item(room), scene.audience(room, language="de")
    hook = actions.create_webhook(room.actor(), followed, target="https://hooks.example.com/")
    news = news_of(hook, FIRST)
    assert '"now": "1. März 2026"' in news.body
    hook.told = json.loads(json.dumps(news.said, cls=DjangoJSONEncoder))
    actions.edit_audience(room.actor(), followed, language="en-gb")
    hook.audience.refresh_from_db()
    assert news_of(hook, SECOND) is None
    scene.move(room, made, date(2026, 5, 1), SECOND)
    assert '"told": "1 March 2026", "now": "1 May 2026"' in news_of(hook, THIRD).body


def test_an_audiences_language_is_set_in_the_form_and_by_rest_and_begins_with_the_editors(room):
    room.editor.language = "de"
    room.editor.save()
    form = room.client().get(room.path("audiences/new/")).content.decode()
    assert '<option value="de" selected>Deutsch</option>' in form
    made = room.api().post(
        "/api/v1/audiences/",
        {"product": str(room.product.pk), "name": "Kunden", "language": "de"},
        content_type="application/json",
    )
    assert (made.status_code, made.json()["language"]) == (201, "de")


def test_a_reader_chooses_their_language_on_their_own_page(room):
    scene.item(room)
    follows = scene.follow(room)
    page = Client().get(local(link_to(follows, "own"))).content.decode()
    seen = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    seen.pop("csrfmiddlewaretoken", None)
    chosen = {"frequency": "daily", "weekday": 0, "hour": 9, "time_zone": "UTC", "scope": "all", "language": "de"}
    answer = Client().post(local(link_to(follows, "own")), seen | chosen, follow=True)
    assert "Gespeichert. Es gilt ab Ihrer nächsten Mail." in answer.content.decode()
    follows.stakeholder.refresh_from_db()
    assert follows.stakeholder.language == "de"


def test_an_editor_sets_it_in_the_form_and_by_rest(room):
    person = scene.person(room)
    url = f"/api/v1/stakeholders/{person.pk}/"
    answer = room.api().patch(url, {"language": "de"}, content_type="application/json", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["language"]) == (200, "de")
    refused = room.api().patch(url, {"language": "tlh"}, content_type="application/json", headers={"If-Match": '"2"'})
    assert (refused.status_code, "language" in refused.json()["errors"]) == (400, True)
    form = room.client().get(f"/w/{room.workspace.slug}/stakeholders/{person.pk}/edit/").content.decode()
    assert '<option value="de" selected>Deutsch</option>' in form


def test_minutes_are_in_the_language_of_whoever_reads_them(room):
    review = actions.plan_review(room.actor(), room.product, title="Durchsicht", due_on=date(2026, 2, 2), owner=room.editor)
    actions.hold_review(room.actor(at=at(2026, 2, 2)), review)
    url = f"/w/{room.workspace.slug}/reviews/{review.pk}/minutes.txt"
    room.editor.language = "de"
    room.editor.save()
    assert "Montag, 2. Februar 2026" in room.client().get(url).content.decode()
    assert "Monday 2 February 2026" in room.client("owner").get(url).content.decode()
