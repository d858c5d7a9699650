"""Webhooks before a real receiver: what is posted, how it is signed, tried again, given up, and where nothing is posted to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from apps.core import posting
from apps.core.models import Change
from apps.stakeholders import actions, webhooks
from apps.stakeholders.models import Delivery, Webhook
from apps.stakeholders.tasks import post_due
from tests.stakeholders import scene
from tests.stakeholders.test_pages import address

ANY = "0." * 3 + "0"
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


class Receiver:
    """A receiver on this machine: what it got, and what it answers."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook?x=1"
        self.got: list[tuple[dict[str, str], bytes, str]] = []
        self.status, self.wait, self.headers = 204, 0.0, {}

    @property
    def messages(self) -> list[Any]:
        return [json.loads(body) for _, body, _ in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body, self.path))
            time.sleep(receiver.wait)
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_NETWORKS = True
    with receiving() as found:
        yield found


def hook(room, receiver, audience=None) -> Webhook:
    return actions.create_webhook(room.actor(), audience or scene.audience(room, "Customers"), target=receiver.url)


def now_due() -> int:
    """Let what waits for its next try be due, and post it."""
    Delivery.objects.filter(state="queued").update(not_before=timezone.now())
    return webhooks.deliver()


def test_the_first_message_says_all_and_the_next_what_changed(room, receiver):
    made = scene.item(room, "Falcon", end=MARCH, outside_title="Search")
    scene.item(room, "Secret", confidential=True)
    made_hook = hook(room, receiver)
    assert (post_due(), post_due()) == (1, 0)
    headers, body, path = receiver.got[0]
    first = Verifier(webhooks.secret_of(made_hook)).verify(body, headers)
    assert (first["type"], path, headers["content-type"]) == ("roadmap.changed", "/hook?x=1", "application/json")
    assert (first["data"]["audience"], first["data"]["product"]) == ("Customers", room.product.name)
    [line] = first["data"]["lines"]
    assert (line["kind"], line["title"], line["now"]) == ("new", "Search", "1 March 2026")
    text = body.decode()
    for inner in ("Falcon", "Secret", str(made.pk), str(made_hook.audience_id), str(room.workspace.pk)):
        assert inner not in text
    scene.move(room, made, MAY, timezone.now(), "The parser.")
    assert post_due() == 1
    [again] = receiver.messages[1]["data"]["lines"]
    assert {name: again[name] for name in ("item", "kind", "told", "now", "days", "reason")} == {
        "item": line["item"], "kind": "moved", "told": "1 March 2026", "now": "1 May 2026", "days": 61, "reason": "The parser.",
    }  # fmt: skip
    assert receiver.got[1][0]["webhook-id"] != headers["webhook-id"]
    scene.edit(room, made, description="Only the room reads this.")
    assert (post_due(), len(receiver.got)) == (0, 2)


def test_a_changed_message_or_another_secret_does_not_verify(room, receiver):
    scene.item(room)
    made = hook(room, receiver)
    post_due()
    headers, body, _ = receiver.got[0]
    with pytest.raises(WebhookVerificationError):
        Verifier(webhooks.secret_of(made)).verify(body.replace(b"new", b"old"), headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(webhooks.secret_of(made, 2)).verify(body, headers)


def test_both_secrets_sign_for_a_day_after_one_was_exchanged(room, receiver):
    made, old = hook(room, receiver), None
    old = webhooks.secret_of(made)
    made = actions.rotate_webhook_secret(room.actor(), made)
    new = webhooks.secret_of(made)
    for age, valid in ((timedelta(0), {old, new}), (timedelta(days=2), {new})):
        Webhook.objects.update(rotated_at=timezone.now() - age)
        scene.item(room, f"Item {age.days}")
        post_due()
        headers, body, _ = receiver.got[-1]
        for secret in (old, new):
            if secret in valid:
                Verifier(secret).verify(body, headers)
            else:
                with pytest.raises(WebhookVerificationError):
                    Verifier(secret).verify(body, headers)
    stored = json.dumps(list(Webhook.objects.values()) + list(Change.objects.values("fields", "also", "detail")), default=str)
    assert (old[6:20] in stored, new[6:20] in stored) == (False, False)  # kept nowhere


def test_a_failing_receiver_is_tried_again_with_the_same_message(room, receiver):
    made = scene.item(room, end=MARCH)
    hook(room, receiver)
    receiver.status = 503
    assert post_due() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.status, delivery.error) == (
        "queued", 1, 503, "The receiver answered 503.",
    )  # fmt: skip
    assert timedelta(seconds=3) < delivery.not_before - timezone.now() < timedelta(seconds=6)
    assert post_due() == 0  # not yet
    scene.move(room, made, MAY, timezone.now())
    receiver.status = 200
    assert now_due() == 1
    (first, body, _), (second, again, _) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)  # the receiver may have had it
    assert Delivery.objects.get().state == "delivered"
    assert post_due() == 1  # what changed meanwhile
    assert receiver.messages[-1]["data"]["lines"][0]["days"] == 61


def test_what_never_left_is_made_anew_at_each_try(room, receiver):
    secret = scene.item(room, "Was public")
    scene.item(room, "Public")
    made = hook(room, receiver)
    url = receiver.url
    Webhook.objects.update(target="http://127.0.0.1:9/nobody")
    assert post_due() == 1
    assert "could not be reached" in Delivery.objects.get().error
    scene.edit(room, secret, confidential=True)
    Webhook.objects.filter(pk=made.pk).update(target=url)
    now_due()
    assert [line["title"] for line in receiver.messages[0]["data"]["lines"]] == ["Public"]


def test_a_receiver_that_is_away_too_long_is_given_up_and_goes_on_when_enabled(room, receiver):
    made = scene.item(room, end=MARCH)
    watched = hook(room, receiver)
    receiver.status = 500
    post_due()
    for _ in webhooks.PAUSES:
        now_due()
    delivery = Delivery.objects.get()
    watched.refresh_from_db()
    assert (delivery.state, delivery.attempts, watched.enabled) == ("failed", len(webhooks.PAUSES) + 1, False)
    assert watched.disabled_why == "It was tried 11 times. The receiver answered 500."
    change = Change.objects.filter(workspace=room.workspace).latest("seq")
    assert (change.verb, change.via) == ("webhook.disabled", "system")
    page = room.client("viewer").get(address(room, "webhook", watched.pk)).content.decode()
    assert "Nothing is posted any more." in page
    assert "The receiver answered 500." in page
    scene.move(room, made, MAY, timezone.now())
    assert post_due() == 0
    receiver.status, count = 204, len(receiver.got)
    actions.edit_webhook(room.actor(), watched, enabled=True)
    assert post_due() == 1
    [line] = receiver.messages[-1]["data"]["lines"]  # nothing of it was ever accepted: all is news
    assert (line["kind"], line["now"], len(receiver.got)) == ("new", "1 May 2026", count + 1)
    watched.refresh_from_db()
    assert watched.disabled_why == ""


def test_gone_is_gone_at_once(room, receiver):
    scene.item(room)
    made = hook(room, receiver)
    receiver.status = 410
    post_due()
    made.refresh_from_db()
    assert (made.enabled, Delivery.objects.get().state) == (False, "failed")


def test_a_message_is_posted_once_more_on_request(room, receiver):
    scene.item(room)
    made = hook(room, receiver)
    post_due()
    delivery = Delivery.objects.get()
    client = room.client()
    assert client.post(address(room, "redeliver", made.pk, delivery.pk)).status_code == 302
    now_due()
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert receiver.got[0][1] == receiver.got[1][1]
    answer = room.api().post(
        f"/api/v1/webhooks/{made.pk}/redeliver/", {"delivery": str(delivery.pk)}, content_type="application/json"
    )
    assert answer.status_code == 200
    with pytest.raises(ValidationError, match="on its way"):
        actions.redeliver(room.actor(), made, delivery=delivery)
    now_due()
    assert post_due() == 0  # an old message accepted again takes nothing back
    assert len(receiver.got) == 3


def test_a_dead_workers_message_is_taken_over(room, receiver):
    scene.item(room)
    hook(room, receiver)
    webhooks.plan()
    claimed = webhooks._claim()
    assert (webhooks._claim(), webhooks.deliver()) == (None, 0)
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert webhooks.deliver() == 1
    webhooks._accepted(claimed, 200)  # the dead one's late result counts for nothing
    assert Delivery.objects.get().attempts == 2


@pytest.mark.parametrize("how", ["held", "approval", "mail paused", "dissolved", "taken away", "disabled"])
def test_who_is_held_back_gets_nothing(room, receiver, how):
    scene.item(room)
    made = hook(room, receiver)
    actor = room.actor()
    {
        "held": lambda: actions.edit_audience(actor, made.audience, held=True),
        "approval": lambda: actions.edit_audience(actor, made.audience, approval=True),
        "mail paused": lambda: type(room.workspace).objects.update(mail_paused=True),
        "dissolved": lambda: actions.archive_audience(actor, made.audience),
        "taken away": lambda: actions.archive_webhook(actor, made),
        "disabled": lambda: actions.edit_webhook(actor, made, enabled=False),
    }[how]()
    assert (post_due(), receiver.got) == (0, [])


def test_it_is_not_led_on(room, receiver):
    scene.item(room)
    with receiving() as other:
        receiver.status, receiver.headers = 307, {"Location": other.url}
        hook(room, receiver)
        post_due()
        assert (len(receiver.got), other.got) == (1, [])
    assert "it is not followed" in Delivery.objects.get().error


def test_a_slow_receiver_is_cut_off(room, receiver, monkeypatch):
    scene.item(room)
    hook(room, receiver)
    monkeypatch.setattr(posting, "WHOLE", 0.3)
    receiver.wait = 2
    begun = time.monotonic()
    post_due()
    assert time.monotonic() - begun < 2
    assert "did not answer" in Delivery.objects.get().error


# --- where nothing is posted to ---

INNER = (
    "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", ANY, "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::127.0.0.1", "2001:0:7f00:1::", "fec0::1",
)  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_refused(address):
    assert not posting.is_allowed(ip_address(address), private=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_not(address):
    assert posting.is_allowed(ip_address(address), private=False)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True), ("10.0.0.8", True), ("::1", True), ("fd12::1", True), ("169.254.169.254", False),
        ("fe80::1", False), (ANY, False), ("224.0.0.1", False), ("::ffff:169.254.169.254", False),
    ],
)  # fmt: skip
def test_where_private_networks_are_allowed_those_of_a_machine_itself_are_not(address, allowed):
    assert posting.is_allowed(ip_address(address), private=True) is allowed


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0", "ip6-localhost"]
)
def test_whatever_it_is_called_this_machine_is_not_reached(receiver, host):
    """The receiver listens; it is the look at the resolved address that keeps us from it."""
    port = receiver.url.rpartition(":")[2].partition("/")[0]
    with pytest.raises((posting.Refused, posting.Failed)):
        posting.post(f"https://{host}:{port}/", b"{}", {}, private=False, before=lambda: None)
    assert receiver.got == []


def test_the_connection_goes_to_the_address_that_was_looked_at(receiver, monkeypatch):
    """A name that means something else a moment later leads nowhere else: it is asked for once."""
    asked, port = [], int(receiver.url.rpartition(":")[2].partition("/")[0])
    real = posting.socket.getaddrinfo

    def resolver(host, *args, **more):
        if host != "rebinding.example":  # connecting to a number asks for the number
            return real(host, *args, **more)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **more)

    monkeypatch.setattr(posting.socket, "getaddrinfo", resolver)
    assert posting.post(f"http://rebinding.example:{port}/", b"{}", {}, private=True, before=lambda: None) == 204
    assert (asked, receiver.got[0][0]["host"]) == (["rebinding.example"], f"rebinding.example:{port}")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/", "ftp://hooks.example.com/", "https://", "hooks", "https://u:p@hooks.example.com/",
        "https://hooks.example.com/#x", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data/",
        "https://hooks.example.com:99999/", "https://hooks.example.com/\r\nHost: x", "https://hooks.example.com/a b", "https://[x/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_where_it_is_written(room, url):
    with pytest.raises(ValidationError) as refusal:
        actions.create_webhook(room.actor(), scene.audience(room), target=url)
    assert list(refusal.value.message_dict) == ["target"]


# --- doors ---


def test_the_page_makes_it_shows_the_secret_once_and_takes_it_away(room):
    seen_by, client = scene.audience(room, "Customers"), room.client()
    path = address(room, "new_webhook", seen_by.pk)
    refused = client.post(path, {"target": "http://hooks.example.com/"})
    assert (refused.status_code, b"begins with https" in refused.content) == (422, True)
    shown = client.post(path, {"target": "https://hooks.example.com/roadmap"}).content.decode()
    made = Webhook.objects.get()
    assert webhooks.secret_of(made) in shown
    place = address(room, "webhook", made.pk)
    assert webhooks.secret_of(made) not in client.get(place).content.decode()
    assert "https://hooks.example.com/roadmap" in client.get(address(room, "audience", seen_by.pk)).content.decode()
    again = client.post(address(room, "rotate_webhook", made.pk)).content.decode()
    assert webhooks.secret_of(made, 2) in again
    sent = {"target": made.target, "initial-target": made.target, "initial-enabled": "True", "version": 2}
    assert client.post(address(room, "edit_webhook", made.pk), sent).status_code == 302  # the box is not ticked
    assert Webhook.objects.get().enabled is False
    assert client.post(address(room, "remove_webhook", made.pk)).status_code == 302
    assert client.get(place).status_code == 404


def test_rest_makes_watches_and_mends_it(room, receiver):
    scene.item(room)
    api, seen_by = room.api(), scene.audience(room)
    made = api.post(
        "/api/v1/webhooks/", {"audience": str(seen_by.pk), "target": receiver.url}, content_type="application/json"
    ).json()
    assert made["secret"].startswith("whsec_")
    url = f"/api/v1/webhooks/{made['id']}/"
    assert "secret" not in api.get(url).json()
    post_due()
    Verifier(made["secret"]).verify(receiver.got[0][1], receiver.got[0][0])
    [delivery] = api.get(f"{url}deliveries/").json()
    assert (delivery["state"], delivery["attempts"], delivery["status"], delivery["error"]) == ("delivered", 1, 204, "")
    rotated = api.post(f"{url}rotate/").json()
    assert (rotated["version"], rotated["secret"] != made["secret"]) == (2, True)
    off = api.patch(url, {"enabled": False}, content_type="application/json", headers={"If-Match": '"2"'})
    assert (off.status_code, off.json()["enabled"]) == (200, False)
    assert api.delete(url, headers={"If-Match": '"3"'}).status_code == 204
    assert api.get("/api/v1/webhooks/", {"archived": "false"}).json()["results"] == []
