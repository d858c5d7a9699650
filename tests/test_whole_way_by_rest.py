"""The whole way through the REST API alone: from a vision to a digest in a stakeholder's mailbox, and its end."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from apps.core.mail import parts
from apps.core.models import Mail
from apps.core.outbox import deliver
from apps.stakeholders.tasks import send_due_at

if TYPE_CHECKING:
    from tests.people import Room

TEXTS = {
    "statement": "Every analyst answers their own question in under a minute.",
    "goal": "Questions asked in plain words.",
    "audience": "Analysts who wait days.",
    "value": "Decisions the same day.",
}


def made(client: Client, path: str, expected: int = 201, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{path}/", body, content_type="application/json")
    assert answer.status_code == expected, (path, answer.status_code, answer.content)
    return dict(answer.json())


def changed(client: Client, thing: dict[str, Any], expected: int = 200, **body: Any) -> dict[str, Any]:
    path = thing["url"].split("/api/v1/")[1]
    answer = client.patch(f"/api/v1/{path}", body, content_type="application/json", headers={"If-Match": f'"{thing["version"]}"'})
    assert answer.status_code == expected, (path, answer.status_code, answer.content)
    return dict(answer.json())


def test_the_whole_way_by_rest(room: Room) -> None:
    maya, jun, reader = room.api("editor"), room.api("owner"), room.api("viewer")
    product = made(maya, "products", workspace=str(room.workspace.pk), name="Answers", key="ANS")
    vision = maya.get(f"/api/v1/visions/?product={product['id']}").json()["results"][0]

    version = made(maya, "vision-versions", vision=vision["id"], **TEXTS)
    asked = [{"user": str(person.pk), "title": "Product"} for person in (room.editor, room.owner)]
    made(maya, f"vision-versions/{version['id']}/propose", expected=200, signatories=asked)
    for client, person in ((maya, room.editor), (jun, room.owner)):
        mine = client.get(f"/api/v1/sign-offs/?vision_version={version['id']}&user={person.pk}").json()["results"][0]
        made(client, f"sign-offs/{mine['id']}/sign", expected=200)
    assert maya.get(f"/api/v1/vision-versions/{version['id']}/").json()["state"] == "agreed"

    goal = made(maya, "goals", product=product["id"], name="Answers in a minute", weight=45)
    made(maya, "key-results", goal=goal["id"], name="Median time to answer", start=9, target=1, unit="min")
    start = timezone.localdate() + timedelta(days=5)
    item = made(
        maya, "items", product=product["id"], title="Natural-language query", status="in_progress", horizon="now",
        start=str(start), end=str(start + timedelta(days=30)), granularity="day", goals=[{"goal": goal["id"], "share": 100}],
    )  # fmt: skip
    release = made(maya, "milestones", product=product["id"], name="2.0", kind="release", date=str(start + timedelta(days=40)),
                   commitment="committed")  # fmt: skip
    made(maya, "placements", item=item["id"], milestone=release["id"])
    made(jun, "comments", item=item["id"], body="Looks right.")

    person = made(maya, "stakeholders", workspace=str(room.workspace.pk), name="Acme", email="acme@customer.test")
    audience = made(maya, "audiences", product=product["id"], name="Customers", precision="day")
    asked = made(maya, "subscriptions", audience=audience["id"], stakeholder=person["id"], frequency="daily", hour=0)
    assert asked["confirmed_at"] is None
    says_yes(person["email"])
    tomorrow = timezone.now() + timedelta(days=1)
    assert send_due_at(tomorrow) == 1
    first = digest_lines(maya, person)
    assert [(line["kind"], line["title"], line["goal"]) for line in first] == [
        ("new", "Natural-language query", "Answers in a minute")
    ]

    with time_machine.travel(tomorrow + timedelta(hours=1)):
        the_date_moves(maya, reader, item, start)
    assert send_due_at(tomorrow + timedelta(days=1)) == 1
    line = digest_lines(maya, person)[0]
    assert (line["kind"], line["days"], line["reason"]) == ("moved", 21, "The parser is rewritten.")
    told = maya.get(f"/api/v1/told/?stakeholder={person['id']}").json()["results"]
    assert [entry["said"]["last"] for entry in told] == [str(start + timedelta(days=30)), str(start + timedelta(days=51))]
    verbs = [change["verb"] for change in maya.get(f"/api/v1/changes/?workspace={room.workspace.pk}").json()["results"]]
    assert verbs[0] == "product.created"
    assert verbs[-1] == "digest.sent"

    one_click(Mail.objects.filter(kind="digest").order_by("-created_at")[0])
    assert send_due_at(tomorrow + timedelta(days=2)) == 0
    ended = maya.get(f"/api/v1/subscriptions/?stakeholder={person['id']}").json()["results"][0]
    assert ended["ended_by"] == "Acme"


def the_date_moves(maya: Client, reader: Client, item: dict[str, Any], start: date) -> None:
    """Move a promised date: refused without a reason, taken with one, and not for a reader to do."""
    refused = changed(maya, item, expected=400, end=str(start + timedelta(days=51)))
    assert "reason" in refused["errors"]
    item = changed(maya, item, end=str(start + timedelta(days=51)), reason="The parser is rewritten.")
    assert reader.get(f"/api/v1/items/{item['id']}/").json()["end"] == str(start + timedelta(days=51))
    changed(reader, item, expected=403, title="No")


def digest_lines(client: Client, person: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of the newest digest that a person got."""
    digests = client.get(f"/api/v1/digests/?stakeholder={person['id']}").json()["results"]
    assert digests[-1]["state"] == "sent"
    return list(digests[-1]["lines"])


def says_yes(address: str) -> None:
    """Confirm as the person who got the mail that asks."""
    deliver()
    link = re.search(rf"{re.escape(settings.BASE_URL)}(/c/\S+)", parts(Mail.objects.get(recipient=address))["text"])
    assert link
    stranger = Client()
    assert stranger.get(link[1]).status_code == 200
    assert stranger.post(link[1]).status_code == 302


def one_click(mail: Mail) -> None:
    """Unsubscribe as a mail program does (RFC 8058): by POST, without cookies."""
    headers = dict(parts(mail)["headers"])
    address = re.fullmatch(r"<(https?://[^>]+)>", headers["List-Unsubscribe"])
    assert address
    path = address[1].split("/", 3)[3]
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(f"/{path}").status_code == 200
    answer = stranger.post(f"/{path}", "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
