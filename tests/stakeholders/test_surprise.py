"""Whom an edit would surprise, before it is saved: as an oracle says that reads nothing but the rows of the ledger."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import groupby

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.roadmap.models import Item
from apps.stakeholders import actions, ledger
from apps.stakeholders.models import Digest, Told
from apps.stakeholders.surprise import as_edited
from tests.stakeholders import scene
from tests.stakeholders.scene import at

MARCH, MAY, JUNE = date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1)
PRECISIONS = ("day", "month", "quarter", "half", "year", "horizon")
OVER = ("shipped", "dropped", "parked")


# -- the oracle: plain Python, sharing nothing with the application --


def period(day: date | None, kind: str, horizon: str = "later"):
    """Return (kind, first, last, words)."""
    if kind == "horizon":
        return "horizon", None, None, horizon
    if day is None:
        return "none", None, None, "not scheduled"
    size = {"day": 0, "month": 1, "quarter": 3, "half": 6, "year": 12}[kind]
    if not size:
        return kind, day, day, f"{day.day} {day:%B %Y}"
    first = (day.month - 1) // size * size + 1
    last = date(day.year, first + size - 1, monthrange(day.year, first + size - 1)[1])
    words = {1: f"{day:%B %Y}", 3: f"Q{first // 3 + 1} {day.year}", 6: f"H{first // 6 + 1} {day.year}", 12: str(day.year)}[size]
    return kind, date(day.year, first, 1), last, words


def said(title: str, status: str, end: date | None, precision: str) -> dict:
    kind, first, last, words = period(end, precision)
    return {
        "title": title, "status": status, "status_words": status.capitalize(), "kind": kind, "first": first, "last": last,
        "when": words, "goal": "",
    }  # fmt: skip


def finer_or_same(kind: str, other: str) -> bool:
    order = PRECISIONS[:-1]
    return order.index(kind) <= order.index(other) if {kind, other} <= set(order) else kind == other


def expected(rows: list[dict], after: dict) -> set[tuple]:
    """Return (person, told, now, days) of whoever was told otherwise, each with the gravest."""
    newest: dict[tuple, dict] = {}
    for row in sorted(rows, key=lambda row: row["at"]):
        if row["confirmed"]:
            newest[row["person"], row["audience"]] = row
    surprised = set()
    for person, group in groupby(sorted(newest.values(), key=lambda row: row["person"]), key=lambda row: row["person"]):
        several = list(group)
        known = [
            row for row in several
            if not any(o["at"] > row["at"] and finer_or_same(o["said"]["kind"], row["said"]["kind"]) for o in several)
        ]  # fmt: skip
        lines = [line for row in known if (line := difference(row, after))]
        if lines:
            _, told, now, days, _ = min(lines, key=lambda line: (-abs(line[3] or 0), line[4]))
            surprised.add((person, told, now, days))
    return surprised


def difference(row: dict, after: dict) -> tuple | None:
    told, now = row["said"], said(after["title"], after["status"], after["end"], row["audience"])
    shipped = period(after["shipped_on"], row["audience"]) if after["shipped_on"] else None
    last = (shipped[2] if shipped else None) if after["status"] == "shipped" and shipped else now["last"]
    days = (last - told["last"]).days if last and told["last"] else None
    if now["status"] in OVER and now["status"] != told["status"]:
        if now["status"] == "shipped" and not days:
            return None  # as told
        words = told["status_words"], now["status_words"]
        pair = (told["when"], f"shipped, {shipped[3]}") if now["status"] == "shipped" else words
    elif now["status"] not in OVER and told["when"] != now["when"]:
        pair = told["when"], now["when"]
    elif now["status"] not in OVER and told["status"] != now["status"]:
        pair = told["status_words"], now["status_words"]
    elif told["title"] != now["title"]:
        return row["person"], told["title"], now["title"], None, row["audience"]
    else:
        return None
    return row["person"], *pair, days or None, row["audience"]


DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
STATUSES = st.sampled_from(["planned", "proposed", "shipped", "dropped", "parked"])
TITLES = st.sampled_from(["Search", "Find"])
ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(PRECISIONS), TITLES, STATUSES, DAYS, st.booleans()), min_size=1, max_size=14
)


@pytest.fixture
def followers(room):
    """Four people who each follow an audience of every precision: {(person, precision): digest}."""
    made = {}
    audiences = {precision: scene.audience(room, precision, precision=precision) for precision in PRECISIONS}
    for n in range(4):
        person = scene.person(room, f"P{n}")
        for precision, followed in audiences.items():
            subscription = scene.follow(room, followed, person)
            made[n, precision] = Digest.objects.create(
                workspace=room.workspace, product=room.product, subscription=subscription, stakeholder=person,
                period=MARCH, as_of=at(2026, 1, 1),
            )  # fmt: skip
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, title=TITLES, status=STATUSES, end=DAYS, shipped_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_it_equals_the_oracle(room, followers, rows, title, status, end, shipped_on):
    with transaction.atomic():
        made = scene.item(room, "Search", end=None, status="proposed")
        kept = []
        for n, (person, precision, *words, confirmed) in enumerate(rows):
            digest, when = followers[person, precision], at(2026, 1, 2) + timedelta(hours=n)
            row = {"person": f"P{person}", "audience": precision, "at": when, "confirmed": confirmed}
            kept.append(row | {"said": said(*words, precision)})
            Told.objects.create(
                workspace=room.workspace, stakeholder=digest.stakeholder, item=made, digest=digest, said=kept[-1]["said"],
                at=when, confirmed_at=when if confirmed else None,
            )  # fmt: skip
        edit = {"title": title, "status": status, "start": end, "end": end, "granularity": "day"}
        if status == "shipped":
            edit["shipped_on"] = shipped_on
        found = ledger.surprised(made, as_edited(made, edit))
        after = {"title": title, "status": status, "end": end, "shipped_on": shipped_on if status == "shipped" else None}
        assert {(each.stakeholder.name, each.told, each.now, each.days) for each in found} == expected(kept, after)
        transaction.set_rollback(True)


def test_the_worked_example_before_it_is_saved(room):
    """A was told 1 March, B 1 May, C nothing: moving it to 1 June surprises A by 92 days, B by 31, C not."""
    made, followed = scene.item(room, end=MARCH), scene.audience(room)
    scene.follow(room, followed, scene.person(room, "A"), frequency="monthly", weekday=0)
    scene.send(at(2026, 1, 5))
    scene.move(room, made, MAY, at(2026, 1, 10))
    scene.follow(room, followed, scene.person(room, "B"), since=at(2026, 1, 11), frequency="weekly", weekday=0)
    scene.send(at(2026, 1, 12))
    scene.follow(room, followed, scene.person(room, "C"), since=at(2026, 1, 14))
    found = ledger.surprised(made, as_edited(made, {"start": JUNE, "end": JUNE}))
    assert [(each.stakeholder.name, each.told, each.now, each.days) for each in found] == [
        ("A", "1 March 2026", "1 June 2026", 92), ("B", "1 May 2026", "1 June 2026", 31),
    ]  # fmt: skip
    assert Item.objects.get(pk=made.pk).end == MAY
    hidden = ledger.surprised(made, as_edited(made, {"start": JUNE, "end": JUNE, "confidential": True}))
    assert [(each.now, each.kind, each.days) for each in hidden] == [
        ("no longer shown", "hidden", 92),
        ("no longer shown", "hidden", 31),
    ]


def test_back_to_what_was_told_surprises_nobody(room):
    made = scene.item(room, end=MARCH)
    a = scene.follow(room)
    scene.send(at(2026, 1, 5))
    scene.move(room, made, MAY, at(2026, 1, 10))
    assert [each.days for each in ledger.surprised(made, {})] == [61]
    assert ledger.surprised(made, as_edited(made, {"start": MARCH, "end": MARCH})) == []
    actions.archive_stakeholder(room.actor(), a.stakeholder)
    assert ledger.surprised(made, {}) == []  # who is told nothing any more


@pytest.mark.parametrize(
    ("values", "field"),
    [({"end": date(2026, 1, 1)}, "end"), ({"start": None}, "start"), ({"start": MARCH, "end": None}, "end")],
)
def test_dates_that_would_be_refused_are_refused(room, values, field):
    made = scene.item(room, end=MARCH)
    with pytest.raises(ValidationError) as refusal:
        as_edited(made, values)
    assert list(refusal.value.message_dict) == [field]
    answer = room.api().get(f"/api/v1/items/{made.pk}/surprise/", {name: value or "" for name, value in values.items()})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_the_page_says_it_in_one_look(room):
    made = scene.item(room, end=MARCH)
    for name in ("Acme", "Bolt", "Cargo", "Delta"):
        scene.follow(room, scene.audience(room), scene.person(room, name))
    scene.place(room, made, date=MARCH, commitment="committed")
    scene.send(at(2026, 1, 5))
    query = {"start": "2026-05-01", "end": "2026-05-01", "granularity": "day", "title": "Search", "status": "planned"}
    client, url = room.client(), f"/w/{room.workspace.slug}/items/{made.pk}/surprise/"
    text = client.get(url, query, headers={"HX-Request": "true"}).content.decode()
    for words in ("4 people were told otherwise", "Acme", "1 March 2026", "1 May 2026", "61 days later", "committed", "All 4"):
        assert words in text
    for typing in ({**query, "end": ""}, {**query, "end": "20"}, {**query, "start": "2026-03-01", "end": "2026-03-01"}):
        assert client.get(url, typing, headers={"HX-Request": "true"}).content.strip() == b""
    answer = room.api("viewer").get(f"/api/v1/items/{made.pk}/surprise/", query).json()["results"]
    assert [(each["stakeholder_name"], each["told"], each["days"], each["committed"]) for each in answer] == [
        (name, "1 March 2026", 61, True) for name in ("Acme", "Bolt", "Cargo", "Delta")
    ]


def test_many_people_and_many_items_cost_no_more_queries(room):
    items = scene.promise(room, people=60, items=120)
    assert Told.objects.count() == 60 * 120
    with CaptureQueriesContext(connection) as queries:
        found = ledger.surprised(items[0], as_edited(items[0], {"start": JUNE, "end": JUNE}))
    assert (len(found), {answer.days for answer in found}, len(queries)) == (60, {31}, 7)
