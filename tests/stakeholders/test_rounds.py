"""Digests of one round share what they have in common, and nothing else: rights and facts are those of each one's moment."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import outbox
from apps.core.actors import Actor
from apps.core.mail import parts
from apps.core.models import Mail, MailState
from apps.stakeholders import actions
from apps.stakeholders.digests import plan_due
from apps.stakeholders.models import Digest, Subscription, Told
from tests.smtp_sink import Sink, listening
from tests.stakeholders import scene
from tests.stakeholders.scene import at

NOW, NEXT = at(2026, 1, 5), at(2026, 1, 6)


@pytest.fixture
def sink(settings):
    with listening() as sink:
        settings.SMTP_URL = sink.url
        yield sink


def readers(room, *names: str, **fields) -> list[Subscription]:
    audience = scene.audience(room)
    return [scene.follow(room, audience, scene.person(room, name, **fields)) for name in names]


def once(sink: Sink, deed) -> list[str]:
    """Do something while the first mail is on its way, from elsewhere; returns where it is noted that it was done."""
    todo, done = [deed], []

    def do() -> None:
        if todo:
            todo.pop()()
            done.append("done")
            connection.close()  # of the server's thread

    sink.at = {"rcpt": do}
    return done


def texts(sink: Sink) -> dict[str, str]:
    """Return the text that each address got."""
    messages = {recipient: message_from_bytes(raw, policy=policy.default) for recipient, raw in sink.mails}
    return {recipient: message.get_body(("plain",)).get_content() for recipient, message in messages.items()}


def test_each_reader_has_their_own_words_and_addresses_in_what_all_get(room, sink):
    scene.item(room, "Search & <find>")
    audience = scene.audience(room)
    people = [scene.person(room, name, email=f"{n}@example.test") for n, name in enumerate(("Acme", "Zoë & <Co>"))]
    follows = [scene.follow(room, audience, each) for each in people]
    scene.send(NOW)
    for each in follows:
        said = parts(scene.mail_of(each))
        other = next(one for one in follows if one != each)
        assert f"You follow this as {each.stakeholder.name}, daily" in said["text"]
        assert other.stakeholder.name not in said["text"]
        own = str(each.pk)
        assert said["text"].count(own) == said["html"].count(own) == 3  # the roadmap, one's own page, the way out
        assert str(other.pk) not in said["text"] + said["html"] + str(said["headers"])
        assert "Zoë & <Co>" not in said["html"]
        assert f"/u/{each.pk}" in dict(said["headers"])["List-Unsubscribe"]


@pytest.mark.django_db(transaction=True)
def test_what_happens_between_two_mails_of_a_round_counts_for_the_second(room, sink):
    made, secret = scene.item(room, "Search"), scene.item(room, "Secret")
    first, second = readers(room, "A", "B")
    plan_due(NOW)

    def happen() -> None:
        scene.move(room, made, date(2026, 5, 1), NOW)
        scene.edit(room, secret, NOW, confidential=True)

    done = once(sink, happen)
    outbox.deliver()
    assert done
    said = texts(sink)
    assert "1 March 2026" in said[first.stakeholder.email]
    assert "1 May 2026" in said[second.stakeholder.email]
    assert "Secret" not in said[second.stakeholder.email]
    assert [line["title"] for line in scene.lines(second)] == ["Search"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["pauses", "unsubscribes", "audience archived", "workspace pauses"])
def test_who_may_not_be_written_to_any_more_gets_no_mail_of_the_round(room, sink, how):
    scene.item(room)
    first, second = readers(room, "A", "B")
    plan_due(NOW)

    def pause_all() -> None:
        room.workspace.mail_paused = True
        room.workspace.save(update_fields=["mail_paused"])

    done = once(
        sink,
        {
            "pauses": lambda: actions.pause_subscription(room.actor(at=NOW), second, until=None),
            "unsubscribes": lambda: actions.unsubscribe(Actor(user=None, name="x", via="mail"), second),
            "audience archived": lambda: actions.archive_audience(room.actor(), second.audience),
            "workspace pauses": pause_all,
        }[how],
    )
    outbox.deliver()
    assert done
    paused = how == "workspace pauses"  # which the mark of the first heeds, too: none of the two has left yet
    assert [recipient for recipient, _ in sink.mails] == ([] if paused else [first.stakeholder.email])
    assert scene.mail_of(second).state == (MailState.QUEUED if paused else MailState.CANCELLED)
    assert Mail.objects.filter(state=MailState.SENDING).count() == 0
    assert not Digest.objects.filter(subscription=second).exists()


def test_the_same_news_in_two_languages(room, sink):
    made = scene.item(room)
    audience = scene.audience(room)
    english, german = (scene.follow(room, audience, scene.person(room, name, language=name)) for name in ("en-gb", "de"))
    scene.send(NOW)
    scene.move(room, made, date(2026, 5, 1), NOW)
    scene.send(NEXT)
    said = texts(sink)
    assert "1 March 2026" in said[english.stakeholder.email]
    assert "1. März 2026" in said[german.stakeholder.email]
    assert scene.lines(english) == scene.lines(german)  # kept in one language
    assert len({str(row) for row in Told.objects.filter(digest__period=NEXT.date()).values_list("said", flat=True)}) == 1


def test_each_hears_the_reasons_given_since_they_were_told(room, sink):
    made = scene.item(room)
    audience = scene.audience(room)
    early = scene.follow(room, audience)
    scene.send(NOW)
    scene.move(room, made, date(2026, 4, 1), at(2026, 1, 5, 12), "The first reason.")
    scene.move(room, made, date(2026, 3, 1), at(2026, 1, 5, 13), "Back again.")
    late = scene.follow(room, audience, since=at(2026, 1, 5, 14))
    scene.send(NEXT)  # to whom it is new; nothing changed for the other
    scene.edit(room, made, at(2026, 1, 6, 12), start=date(2026, 6, 1), end=date(2026, 6, 1))
    scene.send(at(2026, 1, 7))
    told = [scene.lines(each, at(2026, 1, 7))[0] for each in (early, late)]
    assert [(line["told"], line["now"], line["reason"]) for line in told] == [
        ("1 March 2026", "1 June 2026", "Back again."),
        ("1 March 2026", "1 June 2026", ""),
    ]


def test_one_that_was_given_up_is_kept_anew_when_it_goes_after_all(room, sink):
    made = scene.item(room)
    [follows] = readers(room, "A")
    plan_due(NOW)
    sink.answers = {"dot": "554 no"}
    for _ in range(3):
        Mail.objects.update(not_before=NOW)
        outbox.deliver()
    mail = scene.mail_of(follows)
    assert (mail.state, Told.objects.get().confirmed_at) == (MailState.DEAD, None)
    scene.move(room, made, date(2026, 5, 1), NOW)
    sink.answers = {}
    assert outbox.resend(mail)
    outbox.deliver()
    assert (scene.mail_of(follows).state, Told.objects.get().said["when"]) == (MailState.SENT, "1 May 2026")
    assert len(Digest.objects.get().lines) == 1


def statements(room, items: int, people: int) -> float:
    """Return how many statements a mail costs that tells so many people that so many items moved."""
    made = [scene.item(room, f"Item {n} of {items}") for n in range(items)]
    audience = scene.audience(room)
    for n in range(people):
        scene.follow(room, audience, scene.person(room, f"Reader{n}"))
    scene.send(NOW)
    for each in made:
        scene.move(room, each, date(2026, 5, 1), NOW, "Late.")
    planned = plan_due(NEXT)
    outbox.deliver(limit=1)  # what a round costs as such: it reads the roadmap
    with CaptureQueriesContext(connection) as seen:
        outbox.deliver(limit=planned)
    assert not Mail.objects.exclude(state=MailState.SENT).exists()
    return len(seen) / (planned - 1)


def test_a_mail_costs_the_same_statements_however_much_it_says_and_to_how_many(room, foreign):
    few, many = statements(room, items=2, people=11), statements(foreign, items=20, people=11)
    assert few == many <= 12


def test_what_all_hear_is_composed_and_written_once(room, monkeypatch):
    from apps.stakeholders import mails, rounds  # noqa: PLC0415 - to count what they call

    counted = {"composed": 0, "written": 0}

    def counting(name, work):
        def count(*args, **named):
            counted[name] += 1
            return work(*args, **named)

        return count

    monkeypatch.setattr(rounds, "composed_of", counting("composed", rounds.composed_of))
    monkeypatch.setattr(mails, "to_html", counting("written", mails.to_html))
    scene.item(room)
    readers(room, *(f"Reader{n}" for n in range(30)))
    scene.send(NOW)
    assert (Mail.objects.filter(state=MailState.SENT).count(), counted) == (30, {"composed": 1, "written": 1})


def test_a_product_is_read_once_for_all_its_audiences_and_projected_for_each(room, sink):
    scene.item(room)
    follows = [scene.follow(room, scene.audience(room, precision=precision)) for precision in ("day", "month", "year")]
    plan_due(NOW)
    with CaptureQueriesContext(connection) as seen:
        outbox.deliver()
    assert sum('FROM "roadmap_item"' in query["sql"] for query in seen) == 1
    assert [scene.lines(each)[0]["now"] for each in follows] == ["1 March 2026", "March 2026", "2026"]
