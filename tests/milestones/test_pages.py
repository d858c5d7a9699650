"""The pages of milestones: what they show to whom, and what their forms do."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.milestones import actions
from apps.milestones.models import Milestone, Placement
from apps.milestones.templatetags.milestones import strip
from apps.roadmap.picture import Window
from tests.milestones.when import GA, LATER, item, last, milestone, promise
from tests.people import ROLES, Room

WRITES = ("New milestone", "Reached</button>", "Edit</a>", "Put an item in", "Drop it")


def address(room: Room, name: str, *args: object) -> str:
    return reverse(f"milestones:{name}", args=[room.workspace.slug, room.product.slug, *args])


def text(room: Room, name: str = "page", *args: object, role: str = "editor", query: str = "", part: bool = False) -> str:
    headers = {"HX-Request": "true"} if part else {}
    answer = room.client(role).get(address(room, name, *args) + query, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def sent(**values: object) -> dict[str, object]:
    """Return what the browser sends of the form, where nothing else is said."""
    return {
        "name": "2.0 GA", "kind": "milestone", "date": "2026-12-19", "granularity": "day", "commitment": "target",
        "notes": "", "reason": "", **values,
    }  # fmt: skip


# --- reading ---


@pytest.mark.parametrize("role", ROLES)
def test_every_member_reads_and_only_editors_find_buttons(room, role):
    made = promise(room, kind="release", notes="**Faster** <script>answers</script>")
    item(room, into=made, end=date(2026, 12, 31))
    actions.edit_milestone(room.actor(), made, date=date(2026, 12, 26), reason="The parser is <b>rewritten</b>.")
    board, whole = text(room, role=role), text(room, "show", made.pk, role=role)
    for said in ("2.0 GA", "26 Dec 2026", "+7 d", "19 Dec 2026", "0 of 1", "1 late for it", "release", "Committed"):
        assert said in board, said
    for said in (
        "<strong>Faster</strong>",
        "The parser is &lt;b&gt;rewritten&lt;/b&gt;.",
        "ends later",
        "Search",
        room.editor.name,
    ):
        assert said in whole, said
    assert "<script>answers" not in whole
    assert [each for each in WRITES if each in board + whole] == (list(WRITES) if role in {"owner", "editor"} else [])


def test_the_board_keeps_the_reached_and_the_dropped_apart(room):
    assert "Add the first" in text(room)
    assert "Add the first" not in text(room, role="viewer")
    milestone(room, "1.0", date=None)
    actions.reach_milestone(room.actor(), milestone(room, "0.9"), on=date(2026, 10, 2))
    actions.drop_milestone(room.actor(), milestone(room, "0.8"), reason="Sold.")
    shown = re.sub(r"<[^>]+>", " ", text(room))
    order = [
        shown.index(said) for said in ("To come", " 1.0 ", "no date yet", "Reached", " 0.9 ", "2 Oct 2026", "Dropped", " 0.8 ")
    ]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("granularity", "said"),
    [("day", "19 Dec 2026"), ("month", "Dec 2026"), ("quarter", "Q4 2026"), ("half", "H2 2026"), ("year", "2026")],
)
def test_a_date_is_said_no_more_exactly_than_it_is_meant(room, granularity, said):
    made = milestone(room, granularity=granularity)
    assert f">{said}<" in text(room)
    assert f">{said}<" in text(room, "show", made.pk)


def test_strangers_other_products_and_unknown_ones_are_not_found(room, foreign, stranger):
    made, theirs, placed = milestone(room), milestone(foreign), item(room)
    client = Client()
    client.force_login(stranger)
    pill = reverse("milestones:pill", args=[room.workspace.slug, placed.pk])
    for path in (address(room, "page"), address(room, "show", made.pk), address(room, "new"), pill):
        assert client.get(path).status_code == 404, path
    own = room.client()
    for name in ("show", "edit"):
        assert own.get(address(room, name, theirs.pk)).status_code == 404
    for name in ("reach", "reopen", "drop", "archive", "restore", "add_item"):
        assert own.post(address(room, name, theirs.pk), {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_costs_the_same_whatever_there_is(room, django_assert_num_queries, rows):
    for n in range(rows):
        made = milestone(room, f"Milestone {n}", date=timezone.localdate())
        item(room, f"Item {n}", made)
        actions.edit_milestone(room.actor(), made, date=timezone.localdate() + timedelta(days=n))
    client = room.client("viewer")
    with django_assert_num_queries(11):
        assert client.get(address(room, "page")).content.count(b"Milestone ") >= rows


# --- the strip on the timeline ---


def strip_of(room: Room, window: Window) -> str:
    return strip(window, room.now(), room.product)


def marks(shown: str) -> list[tuple[str, str, str]]:
    """Return where each mark of the strip lies, how it is drawn, and its name."""
    return re.findall(r'x="([\d.]+)%".*?class="dia cut (\w+)".*?<span class="cut">([^<]+)<', shown)


def test_the_strip_puts_each_date_where_it_lies_and_leaves_out_what_lies_outside(room):
    for name, day in {
        "first": date(2030, 1, 1), "middle": date(2030, 4, 11), "last": date(2031, 1, 4),
        "before": date(2029, 12, 31), "beyond": date(2031, 1, 5), "undated": None,
    }.items():  # fmt: skip
        milestone(room, name, date=day)
    actions.drop_milestone(room.actor(), milestone(room, "dropped", date=date(2030, 3, 3)), reason="Sold.")
    actions.archive_milestone(room.actor(), milestone(room, "archived", date=date(2030, 3, 3)))
    shown = strip_of(room, Window(date(2030, 1, 1), date(2031, 1, 5), "quarter"))  # 369 days
    places = [(float(x), name) for x, _, name in marks(shown)]
    assert places == [(0.0, "first"), (pytest.approx(100 * 100 / 369, abs=0.001), "middle"), (99.729, "last")]


def test_the_roadmap_holds_the_strip_without_a_script(room):
    item(room, "Search")
    milestone(room, "Ours", date=timezone.localdate())
    assert [name for _, _, name in marks(room.client("viewer").get(room.path("roadmap/")).content.decode())] == ["Ours"]


@pytest.mark.parametrize(
    ("drawn", "values"),
    [
        ("committed", {"commitment": "committed"}), ("target", {}), ("aspiration", {"commitment": "aspiration"}),
        ("hit", {"state": "reached"}), ("miss", {"date": -1}), ("miss", {"slipped": 3}), ("target", {"slipped": -3}),
    ],
)  # fmt: skip
def test_a_mark_shows_how_it_stands(room, drawn, values):
    day = timezone.localdate() + timedelta(days=values.pop("date", 9))
    slipped, state = values.pop("slipped", 0), values.pop("state", "")
    made = milestone(room, date=day, **values)
    if slipped:
        actions.edit_milestone(room.actor(), made, date=day + timedelta(days=slipped))
    if state:
        actions.reach_milestone(room.actor(), made)
    shown = strip_of(room, Window.around(timezone.localdate(), "quarter"))
    assert [how for _, how, _ in marks(shown)] == [drawn]
    assert ("+3 d" in shown) == (slipped > 0)


# --- writing ---


def test_a_milestone_is_made_in_the_dialog(room):
    client, path = room.client(), address(room, "new")
    page = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in page, "New milestone" in page) == (False, True)
    refused = client.post(path, sent(name=" ", notes="Faster answers."))
    assert (refused.status_code, b"Faster answers." in refused.content) == (422, True)
    refused = client.post(path, sent(commitment="committed", date=""))
    assert (refused.status_code, b"needs its date" in refused.content) == (422, True)
    made = client.post(path, sent(reason="Agreed with support."))
    assert made.headers["Location"] == address(room, "show", Milestone.objects.get().pk)
    assert (last(room).verb, last(room).reason) == ("milestone.created", "Agreed with support.")


def test_a_committed_date_moves_only_with_a_reason(room):
    made, client = promise(room), room.client()
    path = address(room, "edit", made.pk)
    values = sent(commitment="committed", date="2027-01-09", notes="Kept as typed.", version=1)
    for weaker in (values, {**values, "date": "2026-12-19", "commitment": "target"}):
        refused = client.post(path, weaker)
        assert (refused.status_code, b"Say why" in refused.content, b"Kept as typed." in refused.content) == (422, True, True)
        assert Milestone.objects.get().version == 1
    assert client.post(path, {**values, "reason": "The parser is rewritten."}).status_code == 302
    assert (Milestone.objects.get().date, last(room).reason) == (LATER, "The parser is rewritten.")


def test_looking_and_saving_changes_nothing(room):
    made = promise(room, notes="One.\nTwo.\n", granularity="month")
    values = sent(commitment="committed", granularity="month", notes="One.\r\nTwo.\r\n", version=1)
    seen = {f"initial-{name}": value for name, value in values.items()}
    assert room.client().post(address(room, "edit", made.pk), {**values, **seen}).status_code == 302
    assert (Milestone.objects.get().version, Milestone.objects.get().notes) == (1, "One.\nTwo.\n")


def test_two_who_edit_different_fields_both_win_and_the_same_field_shows_both(room):
    made, client = milestone(room), room.client()
    path, seen = address(room, "edit", made.pk), sent(version=1)
    before = {f"initial-{name}": value for name, value in seen.items()}
    actions.edit_milestone(room.actor("owner"), made, name="2.0")
    assert client.post(path, {**seen, **before, "date": "2027-01-09"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.date) == ("2.0", LATER)
    late = client.post(path, {**seen, **before, "name": "GA"})
    assert (late.status_code, b"2.0" in late.content) == (409, True)
    again = {**seen, **before, "name": "GA", "initial-name": "2.0", "version": made.version}
    assert client.post(path, again).status_code == 302
    assert Milestone.objects.get().name == "GA"


def test_the_edit_form_sends_what_was_seen(room):
    made = promise(room, notes="One.")
    page = text(room, "edit", made.pk)
    for said in (
        'name="version" value="1"',
        'name="initial-date" value="2026-12-19"',
        'name="initial-commitment" value="committed"',
    ):
        assert said in page, said


def test_reached_open_again_dropped_archived_and_restored(room):
    made, client = promise(room), room.client()
    for name, values, status, said in (
        ("reach", {"on": "soon"}, 422, "valid date"), ("reach", {"on": "2026-12-01"}, 302, "reached 1 Dec 2026"),
        ("reopen", {}, 302, "is open again"), ("drop", {}, 422, "Say why"), ("drop", {"reason": "Sold."}, 302, "dropped"),
        ("reopen", {}, 302, "is open again"), ("archive", {}, 422, "Say why"), ("archive", {"reason": "Sold."}, 302, "archived"),
        ("reach", {}, 403, "restore it first"), ("restore", {}, 302, "is back"),
    ):  # fmt: skip
        answer = client.post(address(room, name, made.pk), values)
        assert answer.status_code == status, (name, values)
        page = answer.content if status != 302 else client.get(answer.headers["Location"]).content
        assert said in page.decode(), (name, values)


def test_an_item_is_put_in_from_the_milestone(room):
    made, placed, client = milestone(room), item(room), room.client()
    path = address(room, "add_item", made.pk)
    for nothing in ("", "99", "x"):
        assert client.post(path, {"item": nothing}).status_code == 422
    assert client.post(path, {"item": placed.number}).status_code == 302
    assert Placement.objects.get().milestone == made
    actions.archive_milestone(room.actor(), made)
    refused = client.post(path, {"item": item(room, "Other").number})
    assert (refused.status_code, b"restore it first" in refused.content) == (422, True)


def test_the_milestone_of_an_item_is_chosen_in_its_panel(room, foreign):
    first, second, theirs, placed = milestone(room, "1.0"), milestone(room, "2.0"), milestone(foreign, "3.0"), item(room)
    archived = actions.archive_milestone(room.actor(), milestone(room, "0.1"))
    client, path = room.client(), reverse("milestones:pill", args=[room.workspace.slug, placed.pk])
    choices = re.findall(r"<option[^>]*>([^<]*)<", client.get(path, headers={"HX-Request": "true"}).content.decode())
    assert choices == ["None", "1.0", "2.0"]
    for into in (first, second, None):
        answer = client.post(path, {"milestone": into.pk if into else ""}, headers={"HX-Request": "true"})
        chosen = re.findall(r"<option[^>]*selected[^>]*>([^<]*)<", answer.content.decode())
        assert (answer.status_code, chosen) == (200, [into.name] if into else [])
    for other in (theirs, archived):
        refused = client.post(path, {"milestone": other.pk}, headers={"HX-Request": "true"})
        assert (refused.status_code, b"errors" in refused.content) == (422, True)
    plain = client.post(path, {"milestone": first.pk})
    assert plain.headers["Location"].endswith(f"/items/{placed.number}/") or str(placed.number) in plain.headers["Location"]
    shown = room.client("viewer").get(path, headers={"HX-Request": "true"}).content.decode()
    assert ("1.0" in shown, "<select" in shown) == (True, False)


@pytest.mark.parametrize("role", ["commenter", "viewer"])
def test_readers_are_refused_behind_every_form(room, role):
    made, placed, client = milestone(room), item(room), room.client(role)
    seq = last(room).seq
    for name in ("edit", "reach", "reopen", "drop", "archive", "restore", "add_item"):
        answer = client.post(address(room, name, made.pk), {**sent(name="Other"), "reason": "x", "item": placed.number})
        assert answer.status_code == 403, name
    assert client.post(address(room, "new"), sent(name="Another")).status_code == 403
    pill = reverse("milestones:pill", args=[room.workspace.slug, placed.pk])
    assert client.post(pill, {"milestone": made.pk}).status_code == 403
    assert (last(room).seq, GA) == (seq, Milestone.objects.get().date)
