"""The demo's mailbox: there for signed-in people, and only in the demo."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from apps.core import outbox
from apps.core.mail import OutboxBackend
from apps.core.models import Mail

HTML = '<html><head><title>x</title></head><body style="color:red"><script>alert(1)</script><a href="/s/x">Read</a></body></html>'


@pytest.fixture
def sent(db) -> Mail:
    message = EmailMultiAlternatives("What moved <b>", "In plain words", to=["reader@example.test"])
    message.attach_alternative(HTML, "text/html")
    OutboxBackend().send_messages([message])  # the test runner has put another behind send()
    outbox.deliver()
    return Mail.objects.get()


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def addresses(mail: Mail) -> list[str]:
    return ["/mailbox/", f"/mailbox/{mail.pk}/", f"/mailbox/{mail.pk}/html/"]


def test_outside_the_demo_there_is_none(room, sent, settings):
    settings.DEMO = False
    for address in addresses(sent):
        assert room.client("owner").get(address).status_code == 404


def test_in_the_demo_it_is_for_the_signed_in(room, sent, demo):
    for address in addresses(sent):
        assert Client().get(address).headers["Location"].startswith("/accounts/login/")
        assert room.client("viewer").get(address).status_code == 200


def test_it_lists_mails_and_shows_one(room, sent, demo):
    client = room.client("viewer")
    listed = client.get("/mailbox/").content.decode()
    assert "reader@example.test" in listed
    assert "What moved &lt;b&gt;" in listed
    shown = client.get(f"/mailbox/{sent.pk}/").content.decode()
    assert "In plain words" in shown
    assert "Message-ID" in shown
    assert "<script>alert" not in shown
    assert 'sandbox="allow-popups' in shown
    assert "allow-scripts" not in shown


def test_the_html_part_brings_its_style_and_runs_nothing(room, sent, demo):
    answer = room.client("viewer").get(f"/mailbox/{sent.pk}/html/")
    policy = answer["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in answer.content.decode()


def test_a_mail_that_is_not_written_yet(room, db, demo):
    waiting = Mail.objects.create(recipient="a@example.test", kind="invitation", period="1")
    client = room.client("viewer")
    assert "not written yet" in client.get("/mailbox/").content.decode()
    for address in addresses(waiting):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(room, demo, rows, django_assert_num_queries):
    for n in range(rows):
        Mail.objects.create(recipient=f"a{n}@example.test", kind="x", period="1", raw=b"x" * 1000)
    client = room.client("viewer")
    with django_assert_num_queries(4):  # session, person, count, mails
        client.get("/mailbox/")
