"""The outbox: whatever the server, the worker or the database does, a mail's state says what is true of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from apps.core import outbox
from apps.core.fence import Keep
from apps.core.mail import OutboxBackend
from apps.core.models import Mail, MailState
from apps.core.outbox import KINDS, Kind, backoff, deliver, enqueue, oldest_waiting, reap
from apps.core.smtp import Route, dot_stuffed
from config.family import PATIENCE
from tests.smtp_sink import Sink, listening

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    with listening() as sink:
        settings.SMTP_URL = sink.url
        yield sink


@pytest.fixture
def ends(monkeypatch) -> list[tuple[str, str]]:
    """Two kinds of our own, `plain` and the held `held`; returns the states with which their mails ended."""
    seen: list[tuple[str, str]] = []

    def render(mail: Mail) -> EmailMessage | None:
        if mail.payload.get("nothing"):
            return None
        return EmailMessage(mail.payload.get("subject", "Hello"), "Text\n.\nEnd\n", "us@example.test", [mail.recipient])

    def ended(mail: Mail) -> None:
        seen.append((mail.recipient, mail.state))

    for name, hold in (("plain", False), ("held", True)):
        monkeypatch.setitem(KINDS, name, Kind(render=render, ended=ended, hold=hold))
    return seen


def queued(recipient: str = "a@example.test", kind: str = "plain", period: str = "1", **payload) -> Mail:
    mail = enqueue(recipient, kind, period, payload)
    assert mail is not None
    return mail


def again(mail: Mail, **values) -> Mail:
    """Set a row's values, for a try at another time, and return the row as it is now."""
    if values:
        Mail.objects.filter(pk=mail.pk).update(**values)
    mail.refresh_from_db()
    return mail


def due(mail: Mail) -> Mail:
    return again(mail, not_before=timezone.now())


def test_one_mail_for_each_recipient_kind_and_period(ends):
    assert enqueue("a@example.test", "plain", "1", {}) is not None
    assert enqueue("a@example.test", "plain", "1", {}) is None
    for recipient, kind, period in (
        ("b@example.test", "plain", "1"),
        ("a@example.test", "held", "1"),
        ("a@example.test", "plain", "2"),
    ):
        assert enqueue(recipient, kind, period, {}) is not None
    assert Mail.objects.count() == 4


def test_an_accepted_mail_is_sent_once(sink, ends):
    mail = queued()
    assert (deliver(), deliver()) == (1, 0)
    again(mail)
    assert (mail.state, mail.attempts, mail.lease_until, mail.error, mail.subject) == (MailState.SENT, 1, None, "", "Hello")
    assert mail.sent_at is not None
    assert ends == [("a@example.test", MailState.SENT)]
    recipient, text = sink.mails[0]
    message = message_from_bytes(text, policy=policy.default)
    assert (recipient, message["To"], message["Message-ID"]) == ("a@example.test", "a@example.test", mail.message_id)
    assert b"\r\n..\r\nEnd" in text  # the lonely dot of the text is doubled


def test_without_a_server_the_mailbox_is_where_it_goes(settings, ends):
    settings.SMTP_URL = ""
    mail = queued()
    deliver()
    assert again(mail).state == MailState.SENT


def test_what_has_nothing_to_say_is_called_off(sink, ends):
    mail = queued(nothing=True)
    deliver()
    assert (again(mail).state, sink.connections, ends) == (MailState.CANCELLED, 0, [("a@example.test", MailState.CANCELLED)])


@pytest.mark.parametrize("step", ["rcpt", "data", "dot"])
@pytest.mark.parametrize("kind", ["plain", "held"])
def test_later_means_later(sink, ends, step, kind):
    mail = queued(kind=kind)
    sink.answers = {step: "451 try later"}
    now = timezone.now()
    deliver()
    again(mail)
    assert (mail.state, mail.attempts, mail.error, ends) == (MailState.QUEUED, 1, "451 try later", [])
    assert timedelta(seconds=1) < mail.not_before - now < timedelta(seconds=10)
    assert deliver() == 0
    sink.answers = {}
    due(mail)
    deliver()
    assert (again(mail).state, mail.attempts, len(sink.mails)) == (MailState.SENT, 2, 1)


def test_after_twelve_tries_it_is_given_up(sink, ends):
    mail = queued()
    sink.answers = {"rcpt": "451 try later"}
    for _ in range(outbox.MOST_ATTEMPTS):
        due(mail)
        assert again(mail).state == MailState.QUEUED
        deliver()
    assert (again(mail).state, mail.attempts, ends) == (MailState.DEAD, 12, [("a@example.test", MailState.DEAD)])


def test_an_address_that_is_none_bounces_at_once_and_the_others_go_out(sink, ends):
    mails = [queued("a@example.test"), queued("b@example.test")]
    sink.answers = {"rcpt": "550 nobody here"}
    sink.at = {"data": lambda: None}
    Mail.objects.filter(pk=mails[1].pk).update(not_before=timezone.now() + timedelta(hours=1))
    deliver()
    sink.answers = {}
    due(mails[1])
    deliver()
    assert [again(mail).state for mail in mails] == [MailState.BOUNCED, MailState.SENT]
    assert mails[0].error == "550 nobody here"


def test_a_text_that_is_refused_for_good_dies_at_the_third_try(sink, ends):
    mail = queued()
    sink.answers = {"dot": "554 looks like spam"}
    states = []
    for _ in range(3):
        due(mail)
        deliver()
        states.append(again(mail).state)
    assert states == [MailState.QUEUED, MailState.QUEUED, MailState.DEAD]


@pytest.mark.parametrize("step", ["rcpt", "data", "dot"])
def test_421_stops_the_round(sink, ends, step):
    mails = [queued("a@example.test"), queued("b@example.test")]
    sink.answers = {step: "421 closing"}
    assert deliver() == 1
    assert [again(mail).state for mail in mails] == [MailState.QUEUED, MailState.QUEUED]
    assert [mail.attempts for mail in mails] == [1, 0]


@pytest.mark.parametrize(
    ("scheme", "answers"),
    [
        ("smtp://me:wrong@", {"auth": "535 wrong password"}),
        ("smtp://", {"mail": "550 not this sender"}),
        ("smtp://", {"mail": "421 closing"}),
        ("smtp://", {"connect": "554 not from there"}),
        ("smtp+starttls://", {"starttls": "454 no certificate"}),
    ],
)
def test_a_server_that_wants_none_of_our_mails_kills_none(sink, ends, settings, scheme, answers):
    """A mistake in SMTP_URL is found out after hours; then everything goes out."""
    settings.SMTP_URL = sink.url.replace("smtp://", scheme)
    sink.answers, sink.extensions = answers, ("AUTH PLAIN", "STARTTLS")
    mails = [queued("a@example.test"), queued("b@example.test")]
    for _ in range(outbox.MOST_ATTEMPTS + 1):
        Mail.objects.update(not_before=timezone.now())
        assert deliver() == 1
    assert [(again(mail).state, mail.attempts) for mail in mails] == [(MailState.QUEUED, 0)] * 2
    assert mails[0].error.startswith(f"The mail server is away: {next(iter(answers.values()))}")
    settings.SMTP_URL, sink.answers = sink.url, {}
    Mail.objects.update(not_before=timezone.now())
    deliver()
    assert [again(mail).state for mail in mails] == [MailState.SENT] * 2


def test_a_server_that_refuses_the_connection_costs_no_attempt(settings, ends):
    with listening() as gone:
        settings.SMTP_URL = gone.url
    mails = [queued("a@example.test"), queued("b@example.test")]
    assert deliver() == 1
    for mail in mails:
        again(mail)
        assert (mail.state, mail.attempts, mail.lease_until) == (MailState.QUEUED, 0, None)
    assert mails[0].error.startswith("The mail server is away")
    assert mails[0].not_before > timezone.now()
    assert ends == []


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_connection_lost_before_the_dot_costs_nothing(sink, ends, step):
    mail = queued(kind="held")
    sink.hang_up = step
    deliver()
    assert (again(mail).state, mail.attempts) == (MailState.QUEUED, 0)
    sink.hang_up = ""
    due(mail)
    deliver()
    assert (again(mail).state, len(sink.mails)) == (MailState.SENT, 1)


@pytest.mark.parametrize(("kind", "state"), [("plain", MailState.QUEUED), ("held", MailState.UNCONFIRMED)])
def test_an_answer_lost_after_the_dot_holds_a_digest_and_sends_the_rest_again(sink, ends, kind, state):
    mail = queued(kind=kind)
    sink.hang_up = "dot"
    deliver()
    first = again(mail).message_id
    assert (mail.state, mail.error[:19]) == (state, "The answer was lost")
    sink.hang_up = ""
    due(mail)
    assert deliver() == (1 if kind == "plain" else 0)
    if kind == "held":
        outbox.resend(mail)
        deliver()
    assert (again(mail).state, mail.message_id, len(sink.mails)) == (MailState.SENT, first, 1)


@pytest.mark.parametrize(
    ("state", "kind", "after"),
    [
        (MailState.SENDING, "plain", MailState.QUEUED),
        (MailState.SENDING, "held", MailState.QUEUED),
        (MailState.DOT, "plain", MailState.QUEUED),
        (MailState.DOT, "held", MailState.UNCONFIRMED),
    ],
)
def test_a_worker_that_died_leaves_a_mail_that_is_taken_back_when_its_lease_is_over(ends, state, kind, after):
    mail = again(queued(kind=kind), state=state, attempts=1, lease_until=timezone.now() + timedelta(seconds=5))
    reap()
    assert again(mail).state == state
    again(mail, lease_until=timezone.now() - timedelta(seconds=1))
    reap()
    assert (again(mail).state, mail.lease_until) == (after, None)


def test_a_server_that_never_answers_is_not_flooded_with_copies(sink, ends):
    """It takes the text and hangs up, each time: whoever reads there has enough of them after five."""
    mail = queued()
    sink.hang_up = "dot"
    for _ in range(outbox.MOST_COPIES + 2):
        due(mail)
        deliver()
    assert (again(mail).state, mail.attempts) == (MailState.UNCONFIRMED, outbox.MOST_COPIES)


@pytest.mark.parametrize(
    ("state", "attempts", "after"),
    [
        (MailState.SENDING, outbox.MOST_ATTEMPTS - 1, MailState.QUEUED),
        (MailState.SENDING, outbox.MOST_ATTEMPTS, MailState.DEAD),
        (MailState.DOT, outbox.MOST_COPIES - 1, MailState.QUEUED),
        (MailState.DOT, outbox.MOST_COPIES, MailState.UNCONFIRMED),
    ],
)
def test_a_mail_that_ends_its_workers_is_given_up(ends, state, attempts, after):
    mail = again(queued(), state=state, attempts=attempts, lease_until=timezone.now() - timedelta(seconds=1))
    reap()
    assert (again(mail).state, bool(mail.error)) == (after, after != MailState.QUEUED)


def test_a_worker_whose_lease_ran_out_before_the_dot_sends_nothing(sink, ends):
    """Somebody else took the mail over while the text was on its way; the dot is never sent."""
    mail = queued(kind="held")
    with Route(sink.url) as route:
        [slow] = outbox._claim(1)
        again(mail, lease_until=timezone.now() - timedelta(seconds=1))
        deliver()
        assert again(mail).state == MailState.SENT
        outbox._send(slow, route)
    assert (len(sink.mails), again(mail).state, mail.attempts) == (1, MailState.SENT, 2)
    assert ends == [("a@example.test", MailState.SENT)]


def test_a_late_answer_changes_nothing_of_a_mail_that_was_taken_over(ends):
    mail = queued()
    [slow] = outbox._claim(1)
    again(mail, state=MailState.SENDING, attempts=2)
    outbox._end(slow, MailState.DEAD, "late")
    assert (again(mail).state, mail.error, ends) == (MailState.SENDING, "", [])


REFUSED = [("rcpt", "451 later"), ("data", "451 later"), ("dot", "451 later"), ("dot", "554 no")]


@pytest.mark.parametrize(("step", "answer"), REFUSED)
def test_a_try_that_was_refused_is_rendered_anew_with_the_rights_of_the_next(sink, ends, step, answer):
    mail = queued(subject="What is secret now")
    sink.answers = {step: answer}
    deliver()
    assert again(mail).raw is None
    sink.answers = {}
    again(due(mail), payload={"subject": "What may be said"})
    deliver()
    message = message_from_bytes(sink.mails[0][1])
    assert (message["Subject"], message["Message-ID"]) == ("What may be said", mail.message_id)
    assert (again(mail).subject, mail.raw is not None) == ("What may be said", True)


def test_a_server_that_was_away_for_hours_is_told_nothing_that_is_over_by_then(sink, ends):
    mail, other = queued(), queued("b@example.test")
    sink.hang_up = "rcpt"
    deliver()
    deliver()
    assert again(other).state == MailState.QUEUED
    sink.hang_up = ""
    again(due(mail), payload={"nothing": True})
    due(other)
    deliver()
    assert (again(mail).state, [recipient for recipient, _ in sink.mails]) == (MailState.CANCELLED, ["b@example.test"])


def test_what_the_server_may_have_is_sent_again_as_it_was(sink, ends):
    mail = queued(subject="As it was")
    sink.hang_up = "dot"
    deliver()
    first = bytes(again(mail).raw)
    again(due(mail), payload={"subject": "Another"})
    sink.hang_up, sink.answers = "", {"dot": "451 later"}
    deliver()
    assert bytes(again(mail).raw) == first  # this no takes nothing back of what the try before may have left there
    sink.answers = {}
    due(mail)
    deliver()
    assert (again(mail).state, sink.mails) == (MailState.SENT, [("a@example.test", dot_stuffed(first))])


def leaving(monkeypatch, sql: str) -> tuple[Mail, Mail]:
    """Queue a mail that leaves something beside, and return it and the one whose subject it is to change."""
    other = again(queued("b@example.test"), not_before=timezone.now() + timedelta(days=1))

    def render(mail: Mail) -> EmailMessage | None:
        mail.keep = Keep(f", kept AS ({sql})", [other.pk])
        return KINDS["plain"].render(mail)

    monkeypatch.setitem(KINDS, "leaving", Kind(render=render))
    return queued(kind="leaving"), other


LEAVE = "UPDATE core_mail other SET subject = 'Kept' FROM marked WHERE other.id = %s"


def test_a_worker_that_lost_its_lease_keeps_nothing(sink, ends, monkeypatch):
    """With its mark a digest writes what it says; another worker's words must not be overwritten by a late one."""
    mail, other = leaving(monkeypatch, LEAVE)
    with Route(sink.url) as route:
        [slow] = outbox._claim(1)
        again(mail, lease_until=timezone.now() + timedelta(minutes=9))  # sent again by hand, and claimed anew
        outbox._send(slow, route)
    assert (again(other).subject, sink.mails, again(mail).state) == ("", [], MailState.SENDING)


def test_what_a_mail_leaves_is_there_before_its_dot(sink, ends, monkeypatch):
    mail, other = leaving(monkeypatch, LEAVE)
    sink.hang_up = "dot"
    deliver()
    assert (again(mail).state, again(other).subject) == (MailState.QUEUED, "Kept")


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_cannot_leave_what_it_has_to_does_not_go(sink, ends, monkeypatch):
    mail, _ = leaving(monkeypatch, LEAVE.replace("'Kept'", "NULL"))
    other = queued("c@example.test")
    deliver()
    assert [recipient for recipient, _ in sink.mails] == [other.recipient]
    assert (again(mail).state, mail.attempts, mail.raw) == (MailState.QUEUED, 1, None)
    assert mail.error.startswith("It could not be rendered: NotKept: IntegrityError: null value")


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_mail_once(sink, ends):
    for n in range(40):
        queued(f"reader{n}@example.test")
    tried: list[int] = []

    def work() -> None:
        try:
            tried.append(deliver())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(tried) == 40
    assert sorted(recipient for recipient, _ in sink.mails) == sorted(f"reader{n}@example.test" for n in range(40))
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT}


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: all@example.test", "Hello\nx", "Hello\rx"])
def test_a_header_that_breaks_out_is_never_sent(sink, ends, subject):
    mail = queued(subject=subject)
    other = queued("b@example.test")
    deliver()
    assert (again(mail).state, again(other).state) == (MailState.DEAD, MailState.SENT)
    assert [recipient for recipient, _ in sink.mails] == ["b@example.test"]


@pytest.mark.parametrize("broken", ["raises", "of an unknown kind"])
def test_a_mail_that_cannot_be_rendered_stops_no_other(sink, ends, monkeypatch, caplog, broken):
    def render(mail: Mail) -> EmailMessage:
        raise LookupError(mail.recipient)

    if broken == "raises":
        monkeypatch.setitem(KINDS, "broken", Kind(render=render))
    mail, other = queued(kind="broken"), queued("b@example.test")
    now = timezone.now()
    deliver()
    assert (again(mail).state, mail.attempts, again(other).state) == (MailState.QUEUED, 1, MailState.SENT)
    assert mail.error.startswith("It could not be rendered: ")
    assert mail.not_before > now + timedelta(seconds=1)
    assert str(mail.pk) in caplog.text
    for _ in range(outbox.MOST_ATTEMPTS - 1):
        due(mail)
        deliver()
    assert (again(mail).state, mail.attempts) == (MailState.DEAD, outbox.MOST_ATTEMPTS)


def test_a_mistake_in_what_follows_undoes_no_result(sink, ends, monkeypatch, caplog):
    def ended(mail: Mail) -> None:
        Mail.objects.filter(pk=mail.pk).update(subject="half done")
        raise LookupError(mail.kind)

    monkeypatch.setitem(KINDS, "hasty", Kind(render=KINDS["plain"].render, ended=ended))
    mail, other = queued(kind="hasty"), queued("b@example.test")
    deliver()
    assert (again(mail).state, mail.subject, again(other).state) == (MailState.SENT, "Hello", MailState.SENT)
    assert (mail.error, len(sink.mails)) == ("What follows failed: LookupError: hasty", 2)
    assert "what follows from mail" in caplog.text


def test_a_paused_workspace_sends_nothing_until_it_goes_on(room, sink, ends):
    room.workspace.mail_paused = True
    room.workspace.save()
    mail = enqueue("a@example.test", "plain", "1", {}, workspace_id=room.workspace.pk)
    assert mail is not None
    assert (deliver(), again(mail).state, oldest_waiting()) == (0, MailState.QUEUED, timedelta(0))
    room.workspace.mail_paused = False
    room.workspace.save()
    assert (oldest_waiting() > timedelta(0), deliver(), again(mail).state) == (True, 1, MailState.SENT)


def test_what_waits_for_nobodys_workspace_can_be_called_off(room, ends):
    mine, waiting = enqueue("b@example.test", "plain", "1", {}, workspace_id=room.workspace.pk), queued()
    assert mine is not None
    assert outbox.cancel_unowned("Restored.") == 1
    assert (again(waiting).state, waiting.error, again(mine).state) == (MailState.CANCELLED, "Restored.", MailState.QUEUED)


def test_the_database_may_be_away_when_the_result_is_known(sink, ends, monkeypatch):
    """The mail is with the server: what is known of it is written as soon as that can be done."""
    waits: list[float] = []
    mail = queued()
    record, failures = outbox._record_end, [outbox.OperationalError("gone"), outbox.InterfaceError("gone")]

    def flaky(*args) -> None:
        if failures:
            raise failures.pop()
        record(*args)

    monkeypatch.setattr(outbox, "_record_end", flaky)
    monkeypatch.setattr(outbox.time, "sleep", waits.append)
    monkeypatch.setattr(outbox.connection, "close", lambda: None)
    deliver()
    assert (again(mail).state, len(sink.mails), len(waits)) == (MailState.SENT, 1, 2)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (1, 2), (5, 32), (9, 512), (10, 600), (99, 600)])
def test_waiting_doubles_up_to_ten_minutes(attempts, seconds):
    for _ in range(20):
        assert 0.69 * seconds <= backoff(attempts).total_seconds() <= 1.31 * seconds


def test_what_django_sends_goes_through_the_outbox_one_mail_for_each_recipient(sink):
    message = EmailMessage("Reset", "Click", "us@example.test", ["a@example.test"], cc=["b@example.test"])
    assert OutboxBackend().send_messages([message]) == 1
    assert sink.mails == []
    deliver()
    assert sorted(recipient for recipient, _ in sink.mails) == ["a@example.test", "b@example.test"]
    ids = {message_from_bytes(text)["Message-ID"] for _, text in sink.mails}
    assert ids == set(Mail.objects.values_list("message_id", flat=True))


def test_a_link_that_signs_somebody_in_is_forgotten_once_it_is_delivered(sink, settings):
    """Whoever reads the database later finds no link in it; until the server has it, it has to stay."""
    OutboxBackend().send_messages([EmailMessage("Reset", "/reset/secret/", "us@example.test", ["a@example.test"])])
    mail = Mail.objects.get()
    for trouble in ({"rcpt": "451 later"}, {"dot": "451 later"}):
        sink.answers = trouble
        due(mail)
        deliver()
        assert b"/reset/secret/" in bytes(again(mail).raw)
    sink.answers, sink.hang_up = {}, "dot"
    due(mail)
    deliver()
    assert b"/reset/secret/" in bytes(again(mail).raw)
    sink.hang_up = ""
    due(mail)
    deliver()
    assert b"/reset/secret/" in sink.mails[0][1]
    assert (again(mail).state, mail.raw, mail.subject) == (MailState.SENT, None, "Reset")


def test_without_a_server_the_mailbox_keeps_the_link(settings):
    settings.SMTP_URL = ""
    OutboxBackend().send_messages([EmailMessage("Reset", "/reset/secret/", "us@example.test", ["a@example.test"])])
    deliver()
    assert b"/reset/secret/" in bytes(Mail.objects.get().raw)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_quick_finds_a_mail_of_django_written(sink, monkeypatch):
    """It claims between any two statements of whoever queues: the mail is never there without its text."""
    worker = []

    def overtake(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if not worker and 'INSERT INTO "core_mail"' in sql:
            worker.append(threading.Thread(target=work))
            worker[0].start()
            worker[0].join()
        return done

    def work() -> None:
        deliver()
        connection.close()

    with connection.execute_wrapper(overtake):
        OutboxBackend().send_messages([EmailMessage("Reset", "Click", "us@example.test", ["a@example.test"])])
    assert (len(sink.mails), Mail.objects.get().state) == (1, MailState.SENT)


@pytest.mark.parametrize("written", [True, False])
def test_a_database_that_goes_before_the_dot_leaves_a_mail_that_waits(sink, ends, monkeypatch, written):
    """Whether the mark was written before the connection broke is not known; that no dot was sent is."""
    mail, mark = queued(kind="held"), outbox.mark

    def broken(mail: Mail, raw: bytes) -> None:
        if written:
            mark(Mail.objects.get(pk=mail.pk), raw)
        raise outbox.OperationalError("gone")

    monkeypatch.setattr(outbox, "mark", broken)
    deliver()
    assert (again(mail).state, mail.attempts, mail.raw, mail.error) == (MailState.QUEUED, 0, None, "The database was away: gone")
    monkeypatch.setattr(outbox, "mark", mark)
    due(mail)
    deliver()
    assert (again(mail).state, len(sink.mails)) == (MailState.SENT, 1)


def test_a_round_ends_in_time_for_a_worker_that_is_asked_to(sink, ends):
    mails = [queued(f"r{n}@example.test") for n in range(3)]
    sink.at = {"dot": lambda: time.sleep(1.1)}
    assert deliver(seconds=1) == 1
    assert sorted(again(mail).state for mail in mails) == [MailState.QUEUED, MailState.QUEUED, MailState.SENT]
    assert PATIENCE["worker"] > outbox.ROUND


def test_each_mail_is_tried_once_in_a_round(sink, ends):
    for n in range(5):
        queued(f"r{n}@example.test")
    assert (deliver(limit=2), len(sink.mails)) == (2, 2)
    assert (deliver(), len(sink.mails)) == (3, 5)
