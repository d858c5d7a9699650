"""Saved views: whose they are, what they keep, and with which of them the roadmap opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Membership
from apps.core.errors import Refused
from apps.core.models import Change
from apps.roadmap.address import FILTERS, GROUPS, VIEWS, Address, kept_of
from apps.roadmap.columns import COLUMNS
from apps.roadmap.models import DefaultView, SavedView
from apps.roadmap.saved import default_view, delete_view, edit_view, open_with, save_view, views_of
from tests.people import Room

BOARD = "view=board&group=status&health=at_risk"


def save(room: Room, role: str = "editor", name: str = "At risk", **values: Any) -> SavedView:
    return save_view(room.actor(role), room.product, name=name, query=BOARD, **values)


def seen(room: Room, role: str) -> list[str]:
    return [view.name for view in views_of(room.actor(role), room.product)]


KEPT = [
    ("", "view=timeline"),
    ("?view=board", "view=board"),
    ("view=board&group=horizon", "view=board"),  # a board's own grouping
    ("zoom=year&from=2026-01-01", "view=timeline&zoom=year"),  # not the days one happened to look at
    ("saved=019a3c5e-0000-7000-8000-000000000001&item=4&rows=500", "view=timeline"),
    (
        "status=planned&view=table&columns=owner,nonsense,type&sort=-end&tree=1&line=40",
        "view=table&sort=-end&columns=owner%2Ctype&tree=1&status=planned",
    ),
    (
        "view=table&columns=owner:200,title:300,key:84,type:116,status:9,slip:9999,when:-4,end:x,start:²",
        "view=table&columns=title%3A300%2Cowner%3A200%2Ctype%2Cstatus%3A48%2Cslip%3A640%2Cwhen%2Cend%2Cstart",
    ),
    ("view=table&columns=none,title:300", "view=table&columns=title%3A300%2Cnone"),
    ("view=table&columns=title:236", "view=table"),  # as wide as usual
    ("view=nonsense&what=ever&compare=review", "view=timeline&compare=review"),
]


@pytest.mark.parametrize(("query", "kept"), KEPT)
def test_what_is_kept_of_an_address(query: str, kept: str):
    assert kept_of(query) == kept


words = st.text(max_size=20)
addresses = st.fixed_dictionaries(
    {"view": st.sampled_from(VIEWS)},
    optional={
        "group": st.sampled_from(list(GROUPS)),
        "zoom": st.sampled_from(["month", "year", "fit"]),
        "hide": st.lists(st.sampled_from(list(COLUMNS)), unique=True).map(",".join),
        "columns": st.lists(st.sampled_from([*COLUMNS, "title:300", "key:9", "when:120", "slip:72"]), unique=True).map(",".join),
        "sort": st.sampled_from(["-end", "title,number"]),
        **dict.fromkeys(FILTERS, words),
    },
)


@given(addresses)
def test_a_view_opens_what_was_saved(query: dict[str, str]):
    address = Address.read(query)
    assert kept_of(address.kept) == address.kept
    assert Address.read(query | {"saved": "019a3c5e-0000-7000-8000-000000000001"}).kept == address.kept


def test_a_private_view_is_ones_own_and_a_shared_one_everybodys(room: Room):
    save(room, name="Mine")
    save(room, name="Ours", shared=True)
    save(room, "viewer", name="Hers")
    assert {role: seen(room, role) for role in ("owner", "editor", "viewer")} == {
        "owner": ["Ours"], "editor": ["Mine", "Ours"], "viewer": ["Hers", "Ours"],
    }  # fmt: skip
    assert [row["name"] for row in room.api("viewer").get("/api/v1/views/").json()["results"]] == ["Ours", "Hers"]


def test_the_history_never_tells_what_a_private_view_is_called(room: Room):
    mine = save(room, name="Whom to let go")
    edit_view(room.actor(), mine, name="Whom to let go first", query="view=table&q=secret")
    open_with(room.actor(), mine)
    delete_view(room.actor(), mine)
    said = "".join(f"{c.object_text}{c.fields}{c.also}{c.detail}" for c in Change.objects.all())
    assert "let go" not in said
    assert "secret" not in said
    assert Change.objects.count() == 4


WHO = [  # the view's, who, what they do, whether they may
    ("private", "owner", "rename", False),
    ("private", "editor", "rename", True),
    ("shared", "owner", "rename", True),
    ("shared", "viewer", "rename", False),
    ("shared", "viewer", "delete", False),
    ("shared", "owner", "delete", True),
    ("private", "owner", "open", False),
    ("shared", "viewer", "open", True),
]


@pytest.mark.parametrize(("kind", "role", "deed", "may"), WHO)
def test_who_may_what_with_a_view(room: Room, kind: str, role: str, deed: str, may: bool):
    view = save(room, shared=kind == "shared")
    deeds = {
        "rename": lambda: edit_view(room.actor(role), view, name="Other"),
        "delete": lambda: delete_view(room.actor(role), view),
        "open": lambda: open_with(room.actor(role), view),
    }
    if may:
        deeds[deed]()
    else:
        with pytest.raises(Refused):
            deeds[deed]()


REFUSED = [
    ("viewer", {"shared": True}, "shared"),
    ("commenter", {"shared": True}, "shared"),
    ("editor", {"name": " "}, "name"),
    ("editor", {"name": "AT RISK"}, "name"),  # one of this name is there
    ("editor", {"name": "x" * 61}, "name"),
]


@pytest.mark.parametrize(("role", "values", "field"), REFUSED)
def test_what_is_refused(room: Room, role: str, values: dict[str, Any], field: str):
    save(room)
    with pytest.raises(ValidationError) as error:
        save(room, role, **{"name": "New", **values})
    assert field in error.value.message_dict


def test_who_shared_a_view_takes_it_back_and_then_nobody_else_opens_with_it(room: Room):
    ours = save(room, shared=True)
    for role in ("owner", "editor", "viewer"):
        open_with(room.actor(role), ours)
    open_with(room.actor(), ours, everybody=True)
    with pytest.raises(ValidationError, match="Only who saved this view"):
        edit_view(room.actor("owner"), ours, shared=False)
    edit_view(room.actor(), ours, shared=False)
    assert [each.user for each in DefaultView.objects.all()] == [room.editor]
    assert default_view(room.actor("viewer"), room.product) is None


def test_a_roadmap_opens_with_ones_own_choice_or_else_with_everybodys(room: Room):
    ours, mine = save(room, shared=True), save(room, "viewer", name="Mine")
    open_with(room.actor(), ours, everybody=True)
    open_with(room.actor("viewer"), mine)
    place = room.path("roadmap/")

    def opens(role: str) -> str:
        return room.client(role).get(place).headers.get("Location", "")

    assert opens("commenter") == f"{place}?{BOARD}&saved={ours.pk}"
    assert opens("viewer") == f"{place}?view=timeline&saved={mine.pk}".replace("view=timeline", BOARD)
    assert room.client("viewer").get(f"{place}?view=timeline").status_code == 200  # an address that says something is kept
    assert room.client("viewer").get(place, headers={"HX-Request": "true"}).status_code == 200
    open_with(room.actor("viewer"), mine, chosen=False)
    assert opens("viewer") == opens("commenter")
    open_with(room.actor("owner"), ours, everybody=True, chosen=False)
    assert opens("commenter") == ""


def test_only_a_shared_view_opens_for_everybody_and_only_by_editors(room: Room):
    with pytest.raises(ValidationError, match="Share this view first"):
        open_with(room.actor(), save(room), everybody=True)
    with pytest.raises(ValidationError, match="editor or above"):
        open_with(room.actor("viewer"), save(room, name="Ours", shared=True), everybody=True)


def test_the_menu_marks_what_is_not_as_it_was_saved(room: Room):
    view, client = save(room, name="Mine alone"), room.client()
    shown = client.get(room.path(f"roadmap/?{BOARD}&saved={view.pk}")).content.decode()
    assert "Mine alone" in shown
    assert "Not as it was saved" not in shown
    shown = client.get(room.path(f"roadmap/?view=board&group=status&saved={view.pk}")).content.decode()
    assert "Not as it was saved" in shown
    other = room.client("owner").get(room.path(f"roadmap/?{BOARD}&saved={view.pk}")).content.decode()
    assert "Mine alone" not in other


def test_by_rest(room: Room):
    api = room.api()
    made = api.post(
        "/api/v1/views/", {"product": str(room.product.pk), "name": "Ours", "query": "?zoom=year&x=1", "shared": True},
        content_type="application/json",
    )  # fmt: skip
    assert (made.status_code, made.json()["query"], made.json()["opens_first"]) == (201, "view=timeline&zoom=year", False)
    url = made.json()["url"].removeprefix("http://localhost:8000")
    assert api.post(f"{url}default/", {"everybody": True}, content_type="application/json").json()["opens_first"] is True
    answer = api.patch(url, {"name": "Theirs"}, content_type="application/json", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["name"]) == (200, "Theirs")
    stale = api.patch(url, {"name": "Again"}, content_type="application/json", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert api.post(f"{url}no-default/", {"everybody": True}, content_type="application/json").json()["opens_first"] is False
    assert api.delete(url, headers={"If-Match": '"2"'}).status_code == 204


def test_views_are_found_by_those_who_see_them(room: Room):
    save(room, name="Quarterly board")
    found = "/api/v1/search/?q=quarterly&kind=view"
    assert [hit["name"] for hit in room.api().get(found).json()["results"]] == ["Quarterly board"]
    assert room.api("owner").get(found).json()["results"] == []


def test_who_left_loses_nothing_of_what_they_shared(room: Room):
    save(room, shared=True)
    Membership.objects.filter(user=room.editor).delete()
    assert seen(room, "viewer") == ["At risk"]
