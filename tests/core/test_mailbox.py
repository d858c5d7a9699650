"""The built-in mailbox: where mails end without a server, for those who may read them."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import User
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


def test_where_a_server_takes_the_mails_there_is_none(room, sent, settings):
    settings.DEMO, settings.SMTP_URL = False, "smtp://127.0.0.1:1"
    for address in addresses(sent):
        assert room.client("owner").get(address).status_code == 404


@pytest.fixture
def bare(settings):
    """Outside the demo, without a mail server."""
    settings.DEMO, settings.SMTP_URL = False, ""


def of_workspace(room, recipient: str) -> Mail:
    return Mail.objects.create(
        workspace=room.workspace, recipient=recipient, kind="digest", period="1", raw=b"Subject: x\r\n\r\nsecret"
    )


def test_without_a_server_owners_read_the_mails_of_their_workspaces(room, foreign, sent, bare):
    mine, theirs = of_workspace(room, "mine@example.test"), of_workspace(foreign, "theirs@example.test")
    owner = room.client("owner")
    listed = owner.get("/mailbox/").content.decode()
    assert "mine@example.test" in listed
    assert "theirs@example.test" not in listed
    assert "reader@example.test" not in listed  # a mail of an account, which would open it
    for found, status in ((mine, 200), (theirs, 404), (sent, 404)):
        assert [owner.get(address).status_code for address in addresses(found)[1:]] == [status, status]


@pytest.mark.parametrize("role", ["editor", "commenter", "viewer"])
def test_without_a_server_it_is_for_owners_alone(room, sent, bare, role):
    for found in (sent, of_workspace(room, "mine@example.test")):
        assert [room.client(role).get(address).status_code for address in addresses(found)] == [404, 404, 404]
        assert Client().get(addresses(found)[1]).headers["Location"].startswith("/accounts/login/")


def test_without_a_server_the_operator_reads_the_mails_of_accounts_too(room, sent, bare, monkeypatch):
    other = of_workspace(room, "mine@example.test")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")
    call_command("createsuperuser", "--noinput", email="operator@example.test", verbosity=0)
    client = Client()
    client.force_login(User.objects.get(email="operator@example.test"))
    assert "reader@example.test" in client.get("/mailbox/").content.decode()
    assert [client.get(address).status_code for address in addresses(sent)] == [200, 200, 200]
    assert client.get(addresses(other)[1]).status_code == 404  # being the operator is no membership


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
