"""An audience's view inside the pages of others: only of the sites that the link names, and nothing but the view."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client

from apps.stakeholders import actions, embedding
from apps.stakeholders.models import Opening, ShareLink
from tests.stakeholders import scene
from tests.stakeholders.test_pages import address

SITE = "https://www.example.com"


def link_of(room, **fields) -> ShareLink:
    fields = {"embed_origins": [SITE]} | fields
    return actions.create_share_link(room.actor(), scene.audience(room), name="Site", **fields)


def frame(link, **headers):
    return Client().get(embedding.address(link).removeprefix(settings.BASE_URL), headers=headers)


def test_only_the_sites_named_may_frame_it_and_nothing_runs_in_it(room):
    scene.item(room, "Search")
    link = link_of(room, embed_origins=[SITE, "HTTPS://Partner.example:8443/"])
    answer = frame(link, **{"Sec-Fetch-Dest": "iframe"})
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == f"{SITE} https://partner.example:8443"
    assert (policy["script-src"], policy["default-src"], policy["form-action"]) == ("'none'", "'none'", "'self'")
    assert "X-Frame-Options" not in answer.headers
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer.cookies == {}
    text = answer.content.decode()
    assert "Search" in text
    assert "not reviewed yet" in text
    for chrome in ("<script", "<form", "<nav", "csrf", "<a "):
        assert chrome not in text
    assert Opening.objects.get().opened == 1


def test_no_other_page_may_be_framed_and_none_by_default(room):
    link = link_of(room)
    shared = Client().get(f"/s/{link.secret}", follow=True)
    assert "frame-ancestors 'none'" in shared["Content-Security-Policy"]
    assert shared["X-Frame-Options"] == "DENY"
    bare = link_of(room, embed_origins=[])
    assert (frame(bare).status_code, ShareLink._meta.get_field("embed_origins").get_default()) == (404, [])


def test_it_is_no_page_of_its_own(room):
    assert frame(link_of(room), **{"Sec-Fetch-Dest": "document"}).status_code == 403


@pytest.mark.parametrize("how", ["revoke", "expire", "dissolve", "forged", "unnamed"])
def test_what_closes_the_link_closes_the_frame(room, how):
    link = link_of(room)
    assert frame(link).status_code == 200
    actor = room.actor()
    {
        "revoke": lambda: actions.revoke_share_link(actor, link),
        "expire": lambda: ShareLink.objects.filter(pk=link.pk).update(expires_at=scene.START),
        "dissolve": lambda: actions.archive_audience(actor, link.audience),
        "forged": lambda: None,
        "unnamed": lambda: actions.edit_share_link(actor, link, embed_origins=[]),
    }[how]()
    path = embedding.address(link).removeprefix(settings.BASE_URL)
    assert Client().get(path[:-3] + "~~/" if how == "forged" else path).status_code == 404


@pytest.mark.parametrize(
    ("text", "site"),
    [
        (SITE, SITE), (f" {SITE}/ ", SITE), ("https://www.Example.com:444", "https://www.example.com:444"),
        ("https://bücher.example", "https://xn--bcher-kva.example"), ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://www.example.com", None), ("https://www.example.com/path", None), ("*", None), ("https://*", None),
        ("https://*.example.com", None), ("'self'", None), ("https://a.example; script-src *", None), ("https://", None),
        ("https://a.example\nhttps://b.example", None), ("data:", None), ("https://u:p@a.example", None), ("x" * 300, None),
        ("https://a.example:0", None), ("https://a..b\u3002", None),
    ],
)  # fmt: skip
def test_a_site_is_a_scheme_a_host_and_a_port(room, text, site):
    if site:
        assert embedding.origins([text, text]) == [site]
        return
    with pytest.raises(ValidationError) as refusal:
        link_of(room, embed_origins=[text])
    assert list(refusal.value.message_dict) == ["embed_origins"]


def test_what_asks_or_names_who_looks_is_not_embedded(room):
    with pytest.raises(ValidationError, match="make another link"):
        link_of(room, password="low tide")
    told = scene.person(room)
    seen_by = scene.audience(room)
    actions.add_to_audience(room.actor(), seen_by, stakeholder=told)
    with pytest.raises(ValidationError, match="make another link"):
        actions.create_share_link(room.actor(), seen_by, name="x", stakeholder=told, embed_origins=[SITE])
    link = link_of(room)
    with pytest.raises(ValidationError, match="make another link"):
        actions.edit_share_link(room.actor(), link, password="low tide")
    assert ShareLink.objects.get(pk=link.pk).password_hash == ""


def test_the_room_finds_what_to_put_into_the_page(room):
    link, client = link_of(room, embed_origins=[]), room.client()
    path = address(room, "edit_link", link.pk)
    sent = {"name": "Site", "initial-name": "Site", "expires_at": "", "initial-expires_at": "", "initial-embed_origins": ""}
    refused = client.post(path, {**sent, "version": 1, "embed_origins": "https://a.example/x"})
    assert (refused.status_code, b"without a path" in refused.content) == (422, True)
    assert client.post(path, {**sent, "version": 1, "embed_origins": f"{SITE}\r\nhttps://b.example"}).status_code == 302
    link.refresh_from_db()
    assert link.embed_origins == [SITE, "https://b.example"]
    page = client.get(address(room, "audience", link.audience_id)).content.decode()
    shown = re.search(r"<code id=\"embed-[^>]*>(.*?)</code>", page).group(1)
    assert f"&lt;iframe src=&quot;{embedding.address(link)}&quot;" in shown
    # Looking and saving changes nothing.
    again = client.get(path).content.decode()
    assert f"{SITE}\nhttps://b.example</textarea>" in again
    api, url = room.api(), f"/api/v1/share-links/{link.pk}/"
    assert api.get(f"{url}embed/").json()["embed_url"] == embedding.address(link)
    headers = {"If-Match": '"2"'}
    answer = api.patch(url, {"embed_origins": []}, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["embed_origins"], api.get(f"{url}embed/").status_code) == (200, [], 400)
    answer = api.patch(url, {"embed_origins": ["*"]}, content_type="application/json", headers={"If-Match": '"3"'})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["embed_origins"])
