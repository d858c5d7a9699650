"""An audience's view as a file: complete in itself, signed, and refused once a byte of it is another."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.stakeholders import actions, takeaway
from tests.stakeholders import scene
from tests.stakeholders.test_pages import address


@pytest.fixture
def kept(room) -> bytes:
    scene.item(room, "Search <fast>", outside_title="Search <b>fast</b>")
    scene.item(room, "Secret", confidential=True)
    return takeaway.file_of(scene.audience(room, "Customers & friends"))


def test_it_is_complete_in_itself(kept):
    text = kept.decode()
    assert "Search &lt;b&gt;fast&lt;/b&gt;" in text
    assert "Secret" not in text
    assert not re.search(r"<(script|link|img|iframe|form|a)\b|src=|href=|url\(|@import|\bstyle=", text)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text).group(1)
    none = "&#x27;none&#x27;"
    rest = f"base-uri {none}; form-action {none}"
    assert re.fullmatch(rf"default-src {none}; style-src &#x27;sha256-[^&]+&#x27;; {rest}", policy)
    assert re.search(r"as of \d+ \w+ 20\d\d · not reviewed yet", text)


def test_it_is_genuine_and_says_what_it_is(kept):
    verdict = takeaway.verify(kept)
    assert (verdict.genuine, verdict.why) == (True, "")
    assert re.fullmatch(r".+ roadmap for Customers & friends, as of .+ UTC, not reviewed yet", verdict.about)


def test_any_changed_byte_is_refused(kept):
    for place in range(len(kept)):
        for flip in (1, 0x20):  # the latter makes small letters large
            changed = bytearray(kept)
            changed[place] ^= flip
            assert not takeaway.verify(bytes(changed)).genuine, (place, flip)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 10_000), length=st.integers(0, 40), put=st.binary(max_size=40))
def test_anything_cut_out_or_put_in_is_refused(kept, start, length, put):
    changed = kept[:start] + put + kept[start + length :]
    assert takeaway.verify(changed).genuine == (changed == kept)


def test_a_second_signature_behind_or_before_is_refused(kept, room):
    other = takeaway.file_of(scene.audience(room))
    for changed in (kept + kept, kept + other.splitlines(keepends=True)[-1], kept.rstrip(b"\n"), kept + b"\n", b""):
        assert not takeaway.verify(changed).genuine


def test_another_instance_does_not_take_it_for_its_own(kept, settings):
    settings.SECRET_KEY = "another"
    verdict = takeaway.verify(kept)
    assert (verdict.genuine, "another instance" in verdict.why) == (False, True)


def test_anybody_can_check_it_with_the_public_key(kept):
    """What the page says of how to check without us is so."""
    page = Client().get("/verify/").content.decode()
    key = re.search(r"public key is <code>([0-9a-f]{64})</code>", page).group(1)
    *before, last = kept.splitlines(keepends=True)
    signature = bytes.fromhex(last.split()[5].decode())
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, b"".join(before))


@pytest.mark.parametrize("by", ["page", "rest", "command"])
def test_every_door_says_so(room, kept, by, tmp_path):
    for content, genuine in ((kept, True), (kept.replace(b"Search", b"Sea..h"), False)):
        if by == "page":
            answer = Client().post("/verify/", {"file": SimpleUploadedFile("x.html", content)})
            text = answer.content.decode()
            assert (answer.status_code, "exactly as it was made here" in text) == (200 if genuine else 422, genuine)
            assert ("Customers &amp; friends" in text) is genuine
        elif by == "rest":
            sent = {"content": content.decode()}
            answer = room.api("viewer", "read", "write").post("/api/v1/takeaways/verify/", sent, content_type="application/json")
            assert (answer.status_code, answer.json()["genuine"]) == (200, genuine)
        else:
            file = tmp_path / "x.html"
            file.write_bytes(content)
            out = StringIO()
            if genuine:
                call_command("verify_takeaway", file, stdout=out)
                assert "Genuine." in out.getvalue()
            else:
                with pytest.raises(CommandError, match="changed after"):
                    call_command("verify_takeaway", file)


def test_a_page_without_a_file_says_what_is_missing():
    answer = Client().post("/verify/", {})
    assert (answer.status_code, b"required" in answer.content) == (422, True)


def test_members_and_those_who_came_by_a_link_take_it_away(room):
    scene.item(room, "Search")
    seen_by = scene.audience(room, "Customers")
    answer = room.client("viewer").get(address(room, "take_away", seen_by.pk))
    assert re.fullmatch(r'attachment; filename="[a-z0-9-]+-customers-\d{4}-\d\d-\d\d\.html"', answer["Content-Disposition"])
    assert takeaway.verify(answer.content).genuine
    assert takeaway.verify(room.api("viewer").get(f"/api/v1/audiences/{seen_by.pk}/takeaway/").content).genuine
    link, guest = actions.create_share_link(room.actor(), seen_by, name="x", password="low tide"), Client()
    guest.get(f"/s/{link.secret}")
    keep = f"/shared/{link.pk}/keep/"
    assert guest.get(keep).status_code == 404
    assert keep in guest.post(f"/shared/{link.pk}/", {"password": "low tide"}, follow=True).content.decode()
    found = guest.get(keep)
    assert takeaway.verify(found.content).genuine
    assert found["X-Robots-Tag"].startswith("noindex")
    assert Client().get(keep).status_code == 404
