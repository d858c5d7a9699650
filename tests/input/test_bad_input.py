"""What no input may do: make a 5xx, write half of something, or be refused without saying why. At both doors."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from apps.core.models import Change, IdempotencyKey
from apps.roadmap.actions import create_item
from apps.roadmap.models import Item
from apps.vision.actions import create_goal
from tests.people import Room

ITEMS = "/api/v1/items/"
MANY_DIGITS = "9" * 5_000
PROBLEM = "application/problem+json"


@pytest.fixture
def item(room: Room) -> Item:
    return create_item(room.actor(), room.product, title="Search")


@pytest.fixture
def api(room: Room) -> Client:
    return unraised(room.api())


@pytest.fixture
def web(room: Room) -> Client:
    return unraised(room.client())


def unraised(client: Client) -> Client:
    """Let a fault be the 500 that a visitor would see."""
    client.raise_request_exception = False
    return client


def body(room: Room, **values: Any) -> dict[str, Any]:
    return {"product": str(room.product.pk), "title": "New", **values}


def post(api: Client, data: Any, path: str = ITEMS, **headers: str) -> Any:
    text = data if isinstance(data, str | bytes) else json.dumps(data)
    return api.post(path, text, content_type="application/json", headers=headers)


def refused(answer: Any, status: int = 400, field: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == PROBLEM
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    if field is not None:
        assert list(problem["errors"]) == [field]
        assert problem["errors"][field][0]
    return problem


def nothing_new(room: Room) -> None:
    assert Change.objects.filter(workspace=room.workspace, verb="item.created").count() == Item.objects.count() <= 1
    assert not Item.objects.exclude(title="Search").exists()


# --- one value after the other, at both doors: the field is named, nothing is written ---

VALUES: dict[str, tuple[str, Any]] = {
    "a title of no character": ("title", ""),
    "a title of spaces": ("title", "   "),
    "a title of no-break spaces": ("title", "\u00a0\u00a0"),
    "a title of a zero-width space": ("title", "\u200b"),
    "a title too long": ("title", "x" * 201),
    "a description too long": ("description", "x" * 100_001),
    "an unknown type": ("type", "ticket"),
    "an unknown status": ("status", "done"),
    "an unknown health": ("health", "green"),
    "an unknown horizon": ("horizon", "soon"),
    "an unknown granularity": ("granularity", "decade"),
    "confidence above 100": ("confidence", 101),
    "confidence below 0": ("confidence", -1),
    "confidence of 2^40": ("confidence", 2**40),
    "confidence in words": ("confidence", "very"),
    "confidence of many digits": ("confidence", MANY_DIGITS),
    "progress of 1.5": ("progress", "1.5"),
    "effort below 0": ("effort", "-1"),
    "effort that is not a number": ("effort", "NaN"),
    "effort without end": ("effort", "Infinity"),
    "effort of 1e999": ("effort", "1e999"),
    "effort too exact": ("effort", "0.001"),
    "effort too large": ("effort", "1234567.00"),
    "a day that is none": ("start", "2026-02-30"),
    "the year 0": ("start", "0000-01-01"),
    "a date in words": ("start", "tomorrow"),
    "a date of a million digits": ("start", "1" * 5_000),
    "an owner that is no id": ("owner", "me"),
    "an owner that is nobody": ("owner", "6e1b1581-8990-4d15-8b46-c258fa04ff58"),
    "a parent that is no id": ("parent", "1"),
    "a parent that is nothing": ("parent", "6e1b1581-8990-4d15-8b46-c258fa04ff58"),
    "a parent of 2^70": ("parent", str(2**70)),
    "an external id too long": ("external_id", "x" * 101),
}
AT_THE_WEB = {name: pair for name, pair in VALUES.items() if pair[0] != "external_id"}


@pytest.mark.parametrize(("field", "value"), VALUES.values(), ids=VALUES)
def test_rest_names_the_field_of_a_new_item(room, api, field, value):
    refused(post(api, body(room, **{field: value})), field=field)
    nothing_new(room)


@pytest.mark.parametrize(("field", "value"), VALUES.values(), ids=VALUES)
def test_rest_names_the_field_of_an_edit(room, api, item, field, value):
    text = json.dumps({field: value})
    answer = api.patch(f"{ITEMS}{item.pk}/", text, content_type="application/json", headers={"If-Match": '"1"'})
    refused(answer, field=field)
    assert Item.objects.get(pk=item.pk).version == 1


@pytest.mark.parametrize(("field", "value"), AT_THE_WEB.values(), ids=AT_THE_WEB)
def test_a_form_names_the_field_of_an_edit(room, web, item, field, value):
    answer = web.post(room.path(f"items/{item.number}/edit/"), {field: value, "version": 1})
    assert answer.status_code == 422, answer.content[:300]
    assert list(answer.context["form"].errors) == [field]
    assert Item.objects.get(pk=item.pk).version == 1


@pytest.mark.parametrize(("field", "value"), AT_THE_WEB.values(), ids=AT_THE_WEB)
def test_a_form_names_the_field_of_a_new_item(room, web, field, value):
    answer = web.post(room.path("items/new/"), {"title": "New", field: value})
    assert answer.status_code == 422, answer.content[:300]
    assert field in answer.context["form"].errors
    assert Item.objects.count() == 0


DATES: dict[str, tuple[dict[str, Any], str]] = {
    "end before start": ({"start": "2026-03-02", "end": "2026-03-01", "granularity": "day"}, "end"),
    "the year 9999": ({"start": "9999-01-01", "end": "9999-12-31", "granularity": "year"}, "start"),
    "the year 1": ({"start": "0001-01-01", "end": "2026-01-01", "granularity": "day"}, "start"),
    "an end alone": ({"end": "2026-01-01"}, "start"),
    "a start alone": ({"start": "2026-01-01"}, "end"),
}


@pytest.mark.parametrize(("values", "field"), DATES.values(), ids=DATES)
def test_dates_that_make_no_sense(room, api, web, values, field):
    assert field in refused(post(api, body(room, **values)))["errors"]
    answer = web.post(room.path("items/new/"), {"title": "New", **values})
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    nothing_new(room)


# --- text as people type it ---

ODD = {
    "a family of emoji": "👩‍👩‍👧‍👦 onboarding",
    "from right to left": "חיפוש بحث",
    "an override of direction": "\u202egnihtemos",
    "a thousand combining marks": "e" + "\u0301" * 150,
    "looks alike": "Sеarch",
    "markup": "<script>alert(1)</script>",
    "a template": "{{ 7*7 }}{% url 'x' %}",
    "SQL": "'; DROP TABLE roadmap_item; --",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_text_is_kept_as_it_is_and_shown_as_text(room, api, web, text):
    made = post(api, body(room, title=text, description=text)).json()
    assert (made["title"], made["description"]) == (text, text)
    for path in (f"items/{made['number']}/", "roadmap/", "roadmap/?view=board", "roadmap/?view=table"):
        answer = web.get(room.path(path))
        assert answer.status_code == 200
        assert b"<script>alert(1)" not in answer.content


# --- what PostgreSQL cannot keep ---


@pytest.mark.parametrize("text", ['"a\\u0000b"', '"\\ud800"', '{"a": "\\u0000"}', '["\\u0000"]'])
def test_nul_and_half_characters_in_json(room, api, text):
    refused(post(api, f'{{"product": "{room.product.pk}", "title": {text}}}'))
    refused(post(api, f'{{"product": "{room.product.pk}", "title": "x", "goals": [{{"goal": {text}, "share": 1}}]}}'))
    nothing_new(room)


def test_nul_as_a_name_in_json(room, api):
    refused(post(api, f'{{"product": "{room.product.pk}", "title": "x", "a\\u0000": 1}}'))


def test_half_a_character_in_bytes(room, api):
    refused(post(api, b'{"title": "\xed\xa0\x80"}'))
    refused(post(api, b'{"title": "\xff"}'))


@pytest.mark.parametrize("field", ["title", "description", "reason"])
def test_nul_in_a_form(room, web, item, field):
    answer = web.post(room.path(f"items/{item.number}/edit/"), {field: "a\x00b"})
    assert (answer.status_code, b"NUL" in answer.content) == (400, True)
    assert Item.objects.get(pk=item.pk).version == 1


@pytest.mark.parametrize("query", ["q=%00", "status=%00", "goal=a%00b", "%00=1", "from=%00", "item=%00"])
def test_nul_in_an_address(room, api, web, query):
    assert api.get(f"{ITEMS}?{query}").status_code == 400
    assert web.get(room.path(f"roadmap/?{query}")).status_code == 400


def test_nul_in_a_path(room, api, web):
    assert api.get(f"{ITEMS}%00/").status_code == 400
    assert web.get(f"/w/{room.workspace.slug}%00/p/x/roadmap/").status_code == 400


@pytest.mark.parametrize("query", ["q=%ff", "q=%ed%a0%80", "owner=%ff"])
def test_bad_utf8_in_an_address_is_replaced(room, api, web, query):
    assert api.get(f"{ITEMS}?{query}").status_code in {200, 400}
    assert web.get(room.path(f"roadmap/?{query}")).status_code == 200


# --- JSON that is not as it should be ---

BROKEN = {
    "not JSON": "{",
    "a trailing comma": '{"title": "x",}',
    "a number": "1",
    "a list": "[]",
    "null": "null",
    "text": '"x"',
    "NaN": '{"title": "x", "confidence": NaN}',
    "Infinity": '{"title": "x", "effort": Infinity}',
    "a hundred thousand lists": "[" * 100_000 + "]" * 100_000,
    "nine hundred objects": '{"a":' * 900 + "1" + "}" * 900,
    "many digits": f'{{"title": "x", "confidence": {MANY_DIGITS}}}',
    "1e999": '{"title": "x", "effort": 1e999}',
    "two documents": '{"title": "x"}{"title": "y"}',
    "a byte order mark": "\ufeff{}",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_broken_json(room, api, item, text):
    refused(post(api, text))
    refused(api.patch(f"{ITEMS}{item.pk}/", text, content_type="application/json", headers={"If-Match": '"1"'}))
    nothing_new(room)


WRONG_TYPES = [True, 7, 1.5, None, [], {}, ["x"], {"a": 1}]


@pytest.mark.parametrize("value", WRONG_TYPES, ids=repr)
@pytest.mark.parametrize(
    "field", ["product", "parent", "start", "status", "type", "goals", "reason", "description", "confidential", "title"]
)
def test_values_of_the_wrong_type_are_no_fault(room, api, field, value):
    answer = post(api, body(room, **{field: value}))
    assert answer.status_code in {201, 400}, answer.content[:300]
    if answer.status_code == 400:
        assert {name.partition(".")[0] for name in refused(answer)["errors"]} == {field}


def test_a_body_of_nothing_lacks_what_is_needed_and_edits_nothing(room, api, item):
    assert {"product", "title"} == set(refused(post(api, ""))["errors"])
    answer = api.patch(f"{ITEMS}{item.pk}/", "", content_type="application/json", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_a_body_that_is_too_large_is_413_and_says_the_limit(room, api, web, item):
    large = "x" * 5_000_000
    assert "2.5 MB" in refused(post(api, body(room, description=large)), 413)["detail"]
    answer = web.post(room.path(f"items/{item.number}/edit/"), {"description": large})
    assert (answer.status_code, b"2.5 MB" in answer.content) == (413, True)
    answer = web.post(
        room.path(f"items/{item.number}/edit/"), f"description={large}", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, b"2.5 MB" in answer.content) == (413, True)
    nothing_new(room)


def test_too_many_fields_in_a_form(room, web, item):
    many = {f"f{n}": "" for n in range(1_500)}
    assert web.post(room.path(f"items/{item.number}/edit/"), many).status_code == 400


def test_a_member_that_does_not_exist_is_named(room, api):
    refused(post(api, body(room, titel="x")), field="titel")
    refused(post(api, body(room, workspace="x")), field="workspace")
    refused(post(api, body(room, version=3)), field="version")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_a_body_of_another_kind(room, api, kind):
    answer = api.post(ITEMS, "title=x", content_type=kind)
    refused(answer, 415)
    nothing_new(room)


def test_a_form_sent_as_json_is_an_empty_form(room, web, item):
    answer = web.post(room.path(f"items/{item.number}/edit/"), json.dumps({"title": "x"}), content_type="application/json")
    assert answer.status_code in {302, 422}
    assert Item.objects.get(pk=item.pk).title == "Search"


# --- other people's things ---


def test_a_parent_elsewhere(room, foreign, api, web):
    theirs = create_item(foreign.actor(), foreign.product, title="Theirs")
    refused(post(api, body(room, parent=str(theirs.pk))), field="parent")
    refused(post(api, {"product": str(foreign.product.pk), "title": "x"}), field="product")
    answer = web.post(room.path("items/new/"), {"title": "New", "parent": str(theirs.pk)})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["parent"])
    assert Item.objects.filter(workspace=room.workspace).count() == 0


def test_an_owner_and_a_goal_elsewhere(room, foreign, api, web):
    goal = create_goal(foreign.actor(), foreign.product, name="Theirs")
    refused(post(api, body(room, owner=str(foreign.owner.pk))), field="owner")
    refused(post(api, body(room, goals=[{"goal": str(goal.pk), "share": 50}])), field="goals")
    for name, value in {"owner": foreign.owner.pk, "goal": goal.pk}.items():
        answer = web.post(room.path("items/new/"), {"title": "New", name: str(value)})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])


@pytest.mark.parametrize("share", [0, 101, -1, 1.5, "half", None, 2**40])
def test_a_share_that_is_none(room, api, share):
    goal = create_goal(room.actor(), room.product, name="Quick")
    answer = refused(post(api, body(room, goals=[{"goal": str(goal.pk), "share": share}])))
    assert list(answer["errors"]) == ["goals.0.share"]


def test_the_same_goal_twice(room, api):
    goal = create_goal(room.actor(), room.product, name="Quick")
    refused(post(api, body(room, goals=[{"goal": str(goal.pk), "share": 50}] * 2)), field="goals")
    nothing_new(room)


def test_a_chain_of_parents_that_is_too_deep(room, api):
    parent = None
    for depth in range(12):
        answer = post(api, body(room, title=f"Level {depth}", parent=parent))
        assert answer.status_code == 201
        parent = answer.json()["id"]
    assert "12 deep" in refused(post(api, body(room, parent=parent)), field="parent")["detail"]


def test_a_tree_put_below_another_is_not_too_deep_either(room, api):
    trees = []
    for name in ("Left", "Right"):
        parent = None
        for depth in range(7):
            parent = post(api, body(room, title=f"{name} {depth}", parent=parent)).json()["id"]
            trees.append(parent)
    answer = api.patch(
        f"{ITEMS}{trees[7]}/", json.dumps({"parent": trees[6]}), content_type="application/json", headers={"If-Match": '"1"'}
    )
    refused(answer, field="parent")


# --- headers ---


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 428), ('"1"', 200), (' "1" ', 200), ("*", 400), ("1", 400), ('W/"1"', 400), ('"1", "2"', 400), ('"x"', 400),
        ('""', 400), ('"-1"', 400), ('"1e3"', 400), (f'"{MANY_DIGITS}"', 400), ('"99"', 400), ('"٣"', 400),
    ],
)  # fmt: skip
def test_if_match(room, api, item, header, status):
    headers = {} if header is None else {"If-Match": header}
    answer = api.patch(f"{ITEMS}{item.pk}/", '{"title": "Found"}', content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content
    assert Item.objects.get(pk=item.pk).version == (2 if status == 200 else 1)
    if status != 200:
        refused(answer, status)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_header_does_not_change_the_method(room, api, item, header):
    answer = api.get(f"{ITEMS}{item.pk}/", headers={header: "DELETE"})
    assert answer.status_code == 200
    answer = post(api, {"_method": "DELETE"}, f"{ITEMS}{item.pk}/", **{header: "DELETE"})
    refused(answer, 405)
    assert Item.objects.get(pk=item.pk).archived_at is None


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW"])
def test_other_methods_are_no_fault(room, api, web, item, method):
    for client, path in ((api, ITEMS), (api, f"{ITEMS}{item.pk}/"), (web, room.path("roadmap/")), (web, room.path("items/new/"))):
        status = client.generic(method, path).status_code
        assert status == 200 if method == "HEAD" else status in {200, 405}


def test_head_is_get_without_a_body(room, api, item):
    answer = api.head(f"{ITEMS}{item.pk}/")
    assert (answer.content, answer["ETag"]) == (b"", '"1"')


@pytest.mark.parametrize("key", ["x" * 256, "x" * 100_000])
def test_an_idempotency_key_too_long(room, api, key):
    refused(post(api, body(room), **{"Idempotency-Key": key}), field="Idempotency-Key")
    assert IdempotencyKey.objects.count() == 0
    nothing_new(room)


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer x", "Bearer lode_12345678_" + "x" * 43, "Bearer \udcff", "bearer " + "x" * 50_000]
)
def test_tokens_that_are_none(room, value):
    answer = unraised(Client()).get(ITEMS, headers={"Authorization": value.encode("utf-8", "surrogateescape").decode("latin-1")})
    refused(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


# --- addresses ---

QUERIES = [
    "limit=0", "limit=-1", "limit=1001", "limit=x", f"limit={MANY_DIGITS}", "limit=1&limit=2", "cursor=x", "cursor=%2B",
    "cursor=cD0xMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==", "cursor=cD1hYmM=", "cursor=cD0AYQ==", "cursor=bz0tMQ==",
    "cursor=bz05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "fields=", "fields=,,", "fields=title,title", "number=0",
    f"number={10**20}", f"number={MANY_DIGITS}", "number=1.5", "number=NaN", "confidence_min=1e999", "product=1", "product=",
    "product=" + "-" * 36, "goal=none", "status=done", "status=planned&status=shipped", "scheduled=maybe",
    "ends_after=0000-00-00",    "ends_after=9999-12-31", "q=" + "%25" * 2_000, "q=%5C", "unknown=1", "archived=true",
    "as_of=yesterday",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:50])
@pytest.mark.parametrize("collection", ["items", "dependencies", "comments", "memberships", "tokens"])
def test_any_query_of_a_list_is_answered_or_refused(room, api, item, collection, query):
    answer = api.get(f"/api/v1/{collection}/?{query}")
    assert answer.status_code in {200, 400, 404}, answer.content[:300]
    if answer.status_code != 200:
        refused(answer, answer.status_code)


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=x", f"after={2**63}", f"after={10**30}", "object=x", "verb=" + "x" * 5_000, "cursor=cD1hYmM=",
     "cursor=cD0xMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==", "workspace=x", "workspace=" + "-" * 36, "cursor=cD0AYQ=="],
)  # fmt: skip
def test_any_query_of_the_change_stream(room, api, item, query):
    answer = api.get(f"/api/v1/changes/?{query}")
    assert answer.status_code in {200, 400, 404}, answer.content[:300]


PAGES = [
    "view=x", "view=timeline&view=board", "group=x", "zoom=decade", "from=0000-01-01", "from=9999-12-31", "from=2100-12-31",
    "from=2026-W01", "from=20260101", "sort=-x", "sort=end", "rows=-1", "rows=x", f"rows={MANY_DIGITS}", "rows=99999", "goal=x",
    "goal=" + "-" * 36, "goal=none," + "-" * 36, "owner=" + "a" * 36, "owner=none", "status=x,y", "type=,", "confidence=x",
    "confidence=999", f"confidence={MANY_DIGITS}", "confidence=%D9%A3", "rows=%D9%A3", "q=" + "%25" * 500, "health=%27",
    "item=x", "item=0", f"item={MANY_DIGITS}", "item=%D9%A3", "item=-1", "item=999999999",
]  # fmt: skip


@pytest.mark.parametrize("query", PAGES, ids=lambda query: query[:50])
def test_any_address_of_the_roadmap_is_a_page(room, web, item, query):
    for view in ("timeline", "board", "table"):
        status = web.get(room.path(f"roadmap/?view={view}&{query}")).status_code
        assert status in ({200, 404} if query.startswith("item=") else {200})


@pytest.mark.parametrize(
    "query", ["before=0", "before=x", f"before={10**30}", f"before={MANY_DIGITS}", "who=x", "what=" + "x" * 500]
)
def test_any_address_of_the_activity_is_a_page(room, web, item, query):
    assert web.get(f"/w/{room.workspace.slug}/activity/?{query}").status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "999999999", str(10**20), MANY_DIGITS, "x", "1.5", "%D9%A3"])
def test_an_item_that_is_none(room, web, item, number):
    assert web.get(room.path(f"items/{number}/")).status_code == 404
    assert web.post(room.path(f"items/{number}/archive/")).status_code == 404


@pytest.mark.parametrize(
    "pk", ["0", "x", str(10**20), "-" * 36, "a" * 36, "6e1b1581-8990-4d15-8b46-c258fa04ff58", "%20", "..", "%2e%2e"]
)
def test_an_id_that_is_none(room, api, pk):
    assert api.get(f"{ITEMS}{pk}/").status_code == 404
    assert api.delete(f"{ITEMS}{pk}/", headers={"If-Match": '"1"'}).status_code == 404


MOVES = [
    {"after": MANY_DIGITS}, {"before": str(10**20)}, {"after": "1"}, {"after": "x"}, {"horizon": "soon"},
    {"horizon": "x" * 9_000}, {"after": "1", "before": "1", "horizon": "now"}, {},
]  # fmt: skip


@pytest.mark.parametrize("values", MOVES, ids=lambda each: str(each)[:40])
def test_any_move_is_done_or_refused(room, web, item, values):
    answer = web.post(room.path(f"items/{item.number}/move/"), values, headers={"HX-Request": "true"})
    assert answer.status_code in {204, 404, 422}, answer.content[:200]
    assert Item.objects.get(pk=item.pk).horizon in {"later", "now"}


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example", "http:evil.example"]
)
def test_no_form_leads_away(room, web, url):
    answer = web.post(room.path("items/new/"), {"title": "New", "quick": "1"}, headers={"Referer": url})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/w/")
    made = Item.objects.get()
    answer = web.post(room.path(f"items/{made.number}/move/"), {"horizon": "now"}, headers={"Referer": url})
    assert answer["Location"].startswith("/w/")


def test_dates_at_the_edges_are_taken(room, api):
    for number, day in enumerate((date(1970, 1, 1), date(2100, 12, 31), date(2028, 2, 29))):
        answer = post(api, body(room, title=f"Edge {number}", start=str(day), end=str(day), granularity="day"))
        assert (answer.status_code, answer.json()["start"]) == (201, str(day))
