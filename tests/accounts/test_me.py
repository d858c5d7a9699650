"""One's own settings: name, clock and language, on their page and by REST."""

from __future__ import annotations

import pytest

from apps.accounts.models import User

BERLIN = {"name": "Ada", "time_zone": "Europe/Berlin", "language": "de"}


def test_what_one_says_of_oneself_is_kept_and_the_pages_speak_so_at_once(room):
    client = room.client("viewer")
    assert 'name="time_zone"' in client.get("/me/").content.decode()
    saved = client.post("/me/", BERLIN, follow=True).content.decode()
    assert '<html lang="de"' in saved
    assert "Gespeichert." in saved
    assert list(User.objects.filter(pk=room.viewer.pk).values(*BERLIN)) == [BERLIN]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"time_zone": "Mars/Olympus"}, {"language": "tlh"}])
def test_what_cannot_be_is_refused_under_its_field(room, wrong):
    answer = room.client("viewer").post("/me/", BERLIN | wrong)
    assert answer.status_code == 422
    assert f'id="id_{next(iter(wrong))}_error"' in answer.content.decode()
    assert User.objects.get(pk=room.viewer.pk).language == ""


def test_a_zone_that_was_chosen_elsewhere_stays_a_choice(room):
    User.objects.filter(pk=room.viewer.pk).update(time_zone="CET")
    assert '<option value="CET" selected>' in room.client("viewer").get("/me/").content.decode()


def test_it_is_offered_in_the_menu_and_beside_the_workspaces(room):
    client = room.client("owner")
    client.post("/workspaces/new/", {"name": "Another"})
    for page in (f"/w/{room.workspace.slug}/settings/", "/"):
        assert 'href="/me/"' in client.get(page).content.decode()


def test_a_browser_reads_and_changes_it_by_rest(room):
    client = room.client("viewer")
    mine = {"id": str(room.viewer.pk), "email": room.viewer.email, **BERLIN}
    changed = client.patch("/api/v1/people/me/", BERLIN, content_type="application/json")
    assert (changed.status_code, changed.json()) == (200, mine)
    assert client.get("/api/v1/people/me/").json() == mine


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Olympus"}, {"language": "tlh"}, {"is_staff": True}, {"email": "a@b.test"}])
def test_nothing_else_is_changed_by_rest(room, wrong):
    answer = room.client("viewer").patch("/api/v1/people/me/", wrong, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(wrong))


def test_a_token_says_whose_it_is_and_changes_nobody(room):
    token = room.api("viewer", "read", "write")
    assert token.get("/api/v1/people/me/").json()["email"] == room.viewer.email
    assert token.patch("/api/v1/people/me/", BERLIN, content_type="application/json").status_code == 403
