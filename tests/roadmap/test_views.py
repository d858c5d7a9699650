"""The roadmap's pages: what each view shows to whom, and what its forms do, with and without script."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.core.models import Change
from apps.roadmap.actions import archive_item, comment_on, create_item, edit_item, link_items
from apps.roadmap.models import Comment, Dependency, Item
from apps.vision.actions import create_goal
from tests.people import Room

HTMX = {"HX-Request": "true"}
VIEWS = ("timeline", "board", "table")


@pytest.fixture
def item(room: Room) -> Item:
    goal = create_goal(room.actor(), room.product, name="Find it")
    today = timezone.localdate()
    return create_item(
        room.actor(), room.product, title="Tide tables", start=today, end=today + timedelta(days=40), granularity="day",
        horizon="now", confidence=70, goals=[{"goal": goal, "share": 100}],
    )  # fmt: skip


def roadmap(room: Room, query: str = "", role: str = "editor", **headers: str) -> str:
    answer = room.client(role).get(room.path(f"roadmap/{query}"), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def post(room: Room, path: str, data: dict[str, Any], role: str = "editor", **headers: str) -> Any:
    return room.client(role).post(room.path(path), data, headers=headers)


# --- what is shown ---


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_the_item_and_why(room, item, view):
    page = roadmap(room, f"?view={view}")
    assert "Tide tables" in page
    assert "Find it" in page


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_roadmap_says_how_to_begin(room, view):
    assert "Nothing is planned yet" in roadmap(room, f"?view={view}")


@pytest.mark.parametrize("view", VIEWS)
def test_filters_that_match_nothing_offer_to_be_cleared(room, item, view):
    page = roadmap(room, f"?view={view}&status=shipped")
    assert "Nothing matches these filters" in page
    assert "Clear the filters" in page


@pytest.mark.parametrize("view", VIEWS)
def test_who_may_not_edit_sees_no_controls(room, item, view):
    page = roadmap(room, f"?view={view}&item={item.number}", role="viewer")
    assert "Tide tables" in page
    for control in ("New item", "/edit/", "/move/", "/archive/", "/links/", "/comments/", "quick-add", "data-edit"):
        assert control not in page, control


def test_who_may_comment_sees_that_and_no_more(room, item):
    page = roadmap(room, f"?item={item.number}", role="commenter")
    assert "/comments/" in page
    for control in ("New item", "/edit/", "/archive/", "/links/"):
        assert control not in page, control


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("status=proposed", True), ("status=planned", False), ("type=feature", True), ("type=epic,initiative", False),
        ("horizon=now,next", True), ("owner=none", True), ("goal=none", False), ("confidence=70", True), ("confidence=71", False),
        ("q=tide", True), ("q=nothing", False), ("q=%25", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("view", VIEWS)
def test_filters(room, item, view, query, shown):
    assert ("Tide tables" in roadmap(room, f"?view={view}&{query}")) == shown


def test_a_goal_filters_and_groups(room, item):
    goal = item.contributions.get().goal
    assert "Tide tables" in roadmap(room, f"?goal={goal.pk}")
    for group in ("goal", "status", "owner", "horizon", "none"):
        assert "Tide tables" in roadmap(room, f"?group={group}")


def test_htmx_gets_the_part_alone_and_everybody_else_the_page(room, item):
    part = roadmap(room, "", **HTMX)
    assert "<html" not in part
    assert 'id="roadmap"' in part
    assert "<html" in roadmap(room)
    answer = room.client().get(room.path("roadmap/"), headers=HTMX)
    assert (answer["Cache-Control"], "HX-Request" in answer["Vary"]) == ("no-store", True)


def test_what_is_archived_or_elsewhere_is_not_on_the_roadmap(room, foreign, item):
    create_item(foreign.actor(), foreign.product, title="Theirs")
    archive_item(room.actor(), item)
    page = roadmap(room)
    assert "Tide tables" not in page
    assert "Theirs" not in page


def test_without_a_timeframe_an_item_is_in_the_parking_lot(room):
    create_item(room.actor(), room.product, title="Some day")
    assert re.search(r"parking lot", roadmap(room), re.IGNORECASE)


def test_the_panel_says_what_when_why_and_since_when(room, item):
    edit_item(room.actor("owner"), item, end=item.end + timedelta(days=19), reason="The parser is rewritten.")
    comment_on(room.actor("commenter"), item, body="**When?**")
    other = create_item(room.actor(), room.product, title="Index")
    link_items(room.actor(), item, other=other)
    panel = room.client("viewer").get(room.path(f"items/{item.number}/"), headers=HTMX).content.decode()
    for words in ("Tide tables", "Find it", "19", "The parser is rewritten.", "<strong>When?</strong>", "Index", room.owner.name):
        assert words in panel
    assert "<html" not in panel
    assert "Tide tables" in roadmap(room, f"?item={item.number}")


# --- what forms do ---


def test_a_new_item_by_form(room, item):
    answer = post(room, "items/new/", {"title": "New", "horizon": "next", "goal": item.contributions.get().goal_id})
    made = Item.objects.get(title="New")
    assert (answer.status_code, answer["Location"]) == (302, room.path(f"roadmap/?item={made.number}"))
    assert (made.horizon, made.contributions.get().share) == ("next", 100)


def test_a_new_item_with_script_goes_by_header(room):
    answer = post(room, "items/new/", {"title": "New"}, **HTMX)
    place = room.path(f"roadmap/?item={Item.objects.get().number}")
    assert (answer.status_code, answer["HX-Redirect"]) == (204, place)


def test_what_is_archived_is_listed_with_the_way_back(room, item):
    other = create_item(room.actor(), room.product, title="Moorings")
    archive_item(room.actor(), item)
    found = room.client("viewer").get(room.path("items/archived/")).content.decode()
    assert (item.title in found, other.title in found, "Restore" in found) == (True, False, False)
    found = room.client().get(room.path("items/archived/")).content.decode()
    way = room.path(f"items/{item.number}/restore/")
    assert way in found
    assert room.client().post(way).status_code == 302
    assert "Nothing is archived" in room.client().get(room.path("items/archived/")).content.decode()


def test_what_is_quickly_added_stays_on_the_board(room):
    board = room.path("roadmap/?view=board&group=status")
    values = {"title": "New", "status": "planned", "quick": "1"}
    answer = post(room, "items/new/", values, **HTMX)
    assert (answer.status_code, set(json.loads(answer["HX-Trigger"]))) == (204, {"roadmap:changed", "item:added", "toast"})
    assert post(room, "items/new/", values, Referer=board)["Location"] == board
    assert list(Item.objects.values_list("status", flat=True)) == ["planned"] * 2
    refused = post(room, "items/new/", {"title": " ", "quick": "1"}, **HTMX)
    assert refused.status_code == 422


def test_the_form_of_a_new_item_offers_what_it_would_be_anyway(room):
    text = room.client().get(room.path("items/new/?horizon=next")).content.decode()
    assert [word in text for word in ('value="feature" selected', 'value="next" selected')] == [True, True]
    assert 'value="later" selected' in room.client().get(room.path("items/new/")).content.decode()


def newest() -> int:
    return Change.objects.order_by("-seq")[0].seq


def test_an_edit_names_only_what_it_changes(room, item):
    answer = post(room, f"items/{item.number}/edit/", {"status": "planned", "version": 1}, **HTMX)
    events = json.loads(answer["HX-Trigger"])
    assert (answer.status_code, list(events)) == (200, ["dialog:close", "roadmap:changed", "toast"])
    said = {"text": "Saved Tide tables.", "undo": room.path(f"undo/{newest()}/"), "label": "Undo", "seq": newest()}
    assert (events["toast"], events["roadmap:changed"]) == (said, {"seq": newest()})
    now = Item.objects.get(pk=item.pk)
    assert (now.status, now.title, now.confidence, now.version) == ("planned", "Tide tables", 70, 2)


def test_a_stale_edit_shows_both_values_and_keeps_what_was_typed(room, item):
    edit_item(room.actor("owner"), item, title="Theirs")
    answer = post(room, f"items/{item.number}/edit/", {"title": "Mine", "version": 1}, **HTMX)
    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#dialog")
    assert all(words in page for words in ("Theirs", "Mine", room.owner.name))
    again = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', page))
    answer = post(room, f"items/{item.number}/edit/", {"title": "Mine", "version": again["version"]}, **HTMX)
    assert (answer.status_code, Item.objects.get(pk=item.pk).title) == (200, "Mine")


def form_of(room: Room, item: Item) -> dict[str, str]:
    """Return what a browser would send of the edit form if nothing were changed."""
    answer = room.client().get(room.path(f"items/{item.number}/edit/"))
    form, page = answer.context["form"], answer.content.decode()
    hidden = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page)
    values = {bound.name: bound.field.widget.format_value(bound.value()) for bound in form if f'name="{bound.name}"' in page}
    shown = {name: (value[0] if isinstance(value, list) else value) or "" for name, value in values.items()}
    return {**shown, **{name: value for name, value in hidden if name != "csrfmiddlewaretoken"}}


def test_the_whole_form_sent_back_as_it_was_changes_nothing(room, item):
    edit_item(room.actor(), item, description="One\nTwo", owner=room.editor)
    sent = form_of(room, item)
    sent["description"] = "One\r\nTwo"  # as browsers do
    assert post(room, f"items/{item.number}/edit/", sent, **HTMX).status_code == 200
    assert Item.objects.get(pk=item.pk).version == 2


def test_two_people_with_the_whole_form_open_both_win_on_different_fields(room, item):
    mine = form_of(room, item)
    edit_item(room.actor("owner"), item, title="Theirs", health="at_risk")
    answer = post(room, f"items/{item.number}/edit/", {**mine, "progress": "40"}, **HTMX)
    assert answer.status_code == 200, answer.content
    now = Item.objects.get(pk=item.pk)
    assert (now.title, now.health, now.progress) == ("Theirs", "at_risk", 40)


def test_overruling_one_field_knowingly_leaves_the_others_to_them(room, item):
    mine = form_of(room, item)
    edit_item(room.actor("owner"), item, title="Theirs", health="at_risk")
    answer = post(room, f"items/{item.number}/edit/", {**mine, "title": "Mine"}, **HTMX)
    assert answer.status_code == 409
    version = re.search(r'name="version" value="(\d+)"', answer.content.decode())
    again = {**mine, "title": "Mine", "version": version[1]}
    assert post(room, f"items/{item.number}/edit/", again, **HTMX).status_code == 200
    now = Item.objects.get(pk=item.pk)
    assert (now.title, now.health) == ("Mine", "at_risk")


def test_a_viewer_who_forges_an_edit_is_refused_in_words(room, item):
    answer = post(room, f"items/{item.number}/edit/", {"title": "Mine"}, role="viewer", **HTMX)
    assert (answer.status_code, "needs the role editor" in answer.content.decode()) == (403, True)


def test_a_choice_that_no_reason_would_save_is_refused_in_words_and_asks_nothing(room, item):
    big = create_item(room.actor(), room.product, title="All of search", type="initiative")
    answer = post(room, f"items/{big.number}/edit/", {"parent": str(item.pk)}, **HTMX)
    assert answer.status_code == 422
    assert "HX-Retarget" not in answer.headers
    assert "does not go into" in answer.content.decode()


def test_moves_by_neighbour_and_by_column(room, item):
    other = create_item(room.actor(), room.product, title="Index")
    answer = post(room, f"items/{other.number}/move/", {"before": item.number}, **HTMX)
    events = json.loads(answer["HX-Trigger"])
    assert (answer.status_code, list(events)) == (204, ["roadmap:changed", "toast"])
    said = {"text": "Moved Index.", "undo": room.path(f"undo/{newest()}/"), "label": "Undo", "seq": newest()}
    assert (events["toast"], events["roadmap:changed"]) == (said, {"seq": newest()})
    assert list(Item.objects.order_by("rank").values_list("title", flat=True)) == ["Index", "Tide tables"]
    post(room, f"items/{item.number}/move/", {"horizon": "later"})
    assert Item.objects.get(pk=item.pk).horizon == "later"


def test_archived_and_put_back_by_form(room, item):
    assert post(room, f"items/{item.number}/archive/", {}).status_code == 302
    assert Item.objects.get(pk=item.pk).archived_at
    page = room.client().get(room.path(f"items/{item.number}/")).content.decode()
    assert "/restore/" in page
    assert "/edit/" not in page
    post(room, f"items/{item.number}/restore/", {})
    assert Item.objects.get(pk=item.pk).archived_at is None


def test_said_withdrawn_linked_and_unlinked_in_the_panel(room, item):
    other = create_item(room.actor(), room.product, title="Index")
    base = f"items/{item.number}"
    panel = post(room, f"{base}/comments/", {"body": "When?"}, role="commenter", **HTMX)
    assert (panel.status_code, "When?" in panel.content.decode()) == (200, True)
    assert post(room, f"{base}/comments/", {"body": " "}, role="commenter", **HTMX).status_code == 422
    comment = Comment.objects.get()
    assert post(room, f"{base}/comments/{comment.pk}/withdraw/", {}, role="commenter").status_code == 302
    assert Comment.objects.get().body == "(withdrawn)"
    assert post(room, f"{base}/links/", {"other": other.number, "kind": "blocks"}, **HTMX).status_code == 200
    circle = post(room, f"items/{other.number}/links/", {"other": item.number, "kind": "blocks"}, **HTMX)
    assert (circle.status_code, "circle" in circle.content.decode()) == (422, True)
    dependency = Dependency.objects.get()
    assert post(room, f"{base}/links/{dependency.pk}/remove/", {}, **HTMX).status_code == 200
    assert not Dependency.objects.exists()


def test_a_window_far_away_still_leads_to_its_items(room, item):
    page = roadmap(room, f"?from={date(1999, 1, 1)}")
    assert "Tide tables" in page


def test_the_rest_of_a_long_roadmap_is_offered(room):
    dated = {"start": date(2030, 1, 1), "end": date(2030, 3, 31), "granularity": "day"}
    Item.objects.bulk_create(
        Item(workspace=room.workspace, product=room.product, number=n, title=f"Item {n:03}", rank=f"a{n:04}", **dated)
        for n in range(1, 131)
    )
    assert "Show the other 10 items" in roadmap(room, "?view=timeline&group=none")
    assert 'data-line="119"' in (page := roadmap(room, "?view=table"))
    assert "Item 121" not in page
    assert "Item 130" in roadmap(room, "?view=table&line=120")
    assert "Item 130" in roadmap(room, "?view=table&rows=130")
