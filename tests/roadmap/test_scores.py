"""Scorecards and scores: the number of each method, who stands where, what is refused, and what two people do at once."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.actions import undo_change
from apps.core.errors import Refused, Stale
from apps.core.models import Change
from apps.roadmap import rating
from apps.roadmap.actions import archive_item, create_item
from apps.roadmap.address import Address
from apps.roadmap.models import Item, Score, Scorecard
from apps.roadmap.queries import standings
from apps.roadmap.scene import scene
from apps.roadmap.scoring import METHODS, Factor, Uncountable, formula, number, plain
from tests.people import Room

CASES = [
    ("rice", {"reach": "4000", "impact": "2", "confidence": "80", "effort": "3"}, "2133.3333"),
    ("rice", {"reach": "0", "impact": "2", "confidence": "80", "effort": "3"}, "0"),
    ("rice", {"reach": "4000", "impact": "2", "confidence": "80"}, None),
    ("wsjf", {"value": "8", "criticality": "5", "opportunity": "3", "size": "5"}, "3.2"),
    ("value_effort", {"value": "8", "effort": "3"}, "2.6667"),
    ("value_effort", {"value": "8"}, None),
    ("value_effort", {}, None),
    ("own", {"f1": "1", "f2": "8"}, "0.125"),
]


@pytest.mark.parametrize(("method", "ratings", "wanted"), CASES)
def test_the_number_of_each_method(method: str, ratings: dict[str, str], wanted: str | None):
    assert number(method, METHODS[method], ratings) == (None if wanted is None else Decimal(wanted))


FORMULAS = {
    "rice": "Reach × Impact × Confidence ÷ Effort",
    "wsjf": "(User and business value + Time criticality + Risk reduction and opportunity) ÷ Job size",
    "value_effort": "Value ÷ Effort",
}


@pytest.mark.parametrize("method", FORMULAS)
def test_the_formula_in_words(method: str):
    assert formula(method, METHODS[method]) == FORMULAS[method]


amounts = st.decimals(min_value=0, max_value=1_000_000_000, places=2)
weights = st.decimals(min_value=Decimal("0.01"), max_value=1000, places=2)
rated = st.lists(st.tuples(amounts, weights, st.booleans()), min_size=1, max_size=6)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rated, st.sampled_from(["own", "rice"]))
def test_the_number_is_the_fraction_rounded_once(rows: list[tuple[Decimal, Decimal, bool]], method: str):
    """Against fractions, which round nothing until the end."""
    factors = [Factor(f"f{n}", f"F{n}", Decimal(0), amount, weight, cost=cost) for n, (amount, weight, cost) in enumerate(rows)]
    ratings = {f"f{n}": plain(amount) for n, (amount, _, _) in enumerate(rows)}
    parts = [(Fraction(amount) * Fraction(weight), cost) for amount, weight, cost in rows]
    costs, gains = ([part for part, cost in parts if cost is wanted] for wanted in (True, False))
    if costs and not sum(costs):
        with pytest.raises(Uncountable):
            number(method, factors, ratings)
        return
    top = Fraction(1) if method == "rice" else sum(gains, Fraction(0))
    for each in gains if method == "rice" else ():
        top *= each
    exact = top / sum(costs) if costs else top
    assert number(method, factors, ratings) == Decimal(round(exact * 10_000)).scaleb(-4, Context(prec=99))


@pytest.fixture
def card(room: Room) -> Scorecard:
    return rating.create_scorecard(room.actor(), room.product)


@pytest.fixture
def items(room: Room) -> list[Item]:
    return [create_item(room.actor(), room.product, title=title) for title in ("Search", "Index", "Export", "Theme")]


def rate(room: Room, item: Item, card: Scorecard, **ratings: Any) -> Score:
    return rating.rate_item(room.actor(), item, scorecard=card, ratings=ratings)


def refused(error: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = error.value.message_dict
    return found


def test_the_place_among_all_items_with_a_number(room: Room, card: Scorecard, items: list[Item]):
    for item, value in zip(items, (8, 4, 8, 2), strict=True):
        rate(room, item, card, value=value, effort=2)
    rate(room, create_item(room.actor(), room.product, title="Half"), card, value=9)
    places = {item.title: [(each.place, each.among) for each in standings(item)] for item in items}
    assert places == {"Search": [(1, 4)], "Export": [(1, 4)], "Index": [(3, 4)], "Theme": [(4, 4)]}
    archive_item(room.actor(), items[0])
    assert [(each.place, each.among) for each in standings(items[1])] == [(2, 3)]


REFUSED = [
    ("value_effort", {"value": 11}, "value", "Value goes from 1 to 10."),
    ("value_effort", {"value": "much"}, "value", "Write Value as a number."),
    ("value_effort", {"value": "NaN"}, "value", "Value goes from 1 to 10."),
    ("value_effort", {"value": "1.005"}, "value", "Write Value with at most 2 decimals."),
    ("value_effort", {"reach": 1}, "ratings", "There is no factor reach here; rate value, effort."),
    ("value_effort", {}, "ratings", "Rate at least one factor."),
    (
        "rice",
        {"reach": 1, "impact": 1, "confidence": 100, "effort": 0},
        "effort",
        "Effort must be more than zero: nothing can be divided by it.",
    ),
]


@pytest.mark.parametrize(("method", "ratings", "field", "why"), REFUSED)
def test_what_is_refused_and_why(room: Room, items: list[Item], method: str, ratings: Any, field: str, why: str):
    card = rating.create_scorecard(room.actor(), room.product, method=method)
    with pytest.raises(ValidationError) as error:
        rate(room, items[0], card, **ratings)
    assert refused(error) == {field: [why]}
    assert not Score.objects.exists()


def own(**values: Any) -> Factor:
    numbers = {"low": Decimal(1), "high": Decimal(10), "weight": Decimal(1)}
    return Factor(**{"key": "f1", "name": "Delight", **numbers, **values})


FACTORS = [
    ([], "Name at least one factor that speaks for an item."),
    ([own(cost=True)], "Name at least one factor that speaks for an item."),
    ([own(), own(key="f2")], "Give each factor a name of its own."),
    ([own(low=Decimal(10))], "Delight: let its scale begin at zero or above, and end above its beginning."),
    ([own(weight=Decimal(0))], "Delight: give it a weight above zero and at most 1000, and no number more than 2 decimals."),
    ([own(key=f"f{n}", name=f"F{n}") for n in range(7)], "A scorecard has at most 6 factors."),
]


@pytest.mark.parametrize(("factors", "why"), FACTORS)
def test_factors_that_nothing_can_be_counted_with(room: Room, factors: list[Factor], why: str):
    with pytest.raises(ValidationError) as error:
        rating.create_scorecard(room.actor(), room.product, method="own", factors=factors)
    assert refused(error) == {"factors": [why]}


def test_other_weights_count_every_number_anew(room: Room, items: list[Item]):
    card = rating.create_scorecard(room.actor(), room.product, method="own")
    scores = [rate(room, item, card, f1=8, f2=n) for n, item in enumerate(items, 1)]
    first, second = card.rated_by
    heavier = [own(name="Value", weight=Decimal(2)), second, own(key="f3", name="Delight")]
    rating.edit_scorecard(room.actor(), card, factors=heavier[:2])
    assert [Score.objects.get(pk=each.pk).number for each in scores] == [
        Decimal(16), Decimal(8), Decimal("5.3333"), Decimal(4),
    ]  # fmt: skip
    rating.edit_scorecard(room.actor(), Scorecard.objects.get(pk=card.pk), factors=heavier)
    assert set(Score.objects.values_list("number", flat=True)) == {None}  # one factor is not rated yet
    assert rate(room, items[0], Scorecard.objects.get(pk=card.pk), f3=4).number == Decimal(20)
    free = own(key="f2", name="Effort", low=Decimal(0), cost=True)
    changed = rating.edit_scorecard(room.actor(), Scorecard.objects.get(pk=card.pk), factors=[first, free])
    rate(room, items[3], changed, f1=3)
    with pytest.raises(ValidationError, match="more than zero"):
        rate(room, items[3], changed, f2=0)


def test_the_factors_of_a_named_method_are_its_own(room: Room, card: Scorecard):
    with pytest.raises(ValidationError) as error:
        rating.edit_scorecard(room.actor(), card, factors=[own()])
    assert "factors" in refused(error)


def test_an_archived_scorecard_rates_nothing(room: Room, card: Scorecard, items: list[Item]):
    score = rate(room, items[0], card, value=8)
    rating.archive_scorecard(room.actor(), card)
    with pytest.raises(ValidationError, match="archived"):
        rate(room, items[1], Scorecard.objects.get(pk=card.pk), value=8)
    with pytest.raises(Refused, match="archived"):
        rating.edit_score(room.actor(), score, ratings={"value": 7})
    assert standings(items[0]) == []


def test_a_scorecard_of_another_product_is_refused(room: Room, foreign: Room, items: list[Item]):
    theirs = rating.create_scorecard(foreign.actor(), foreign.product)
    with pytest.raises(ValidationError, match="this product"):
        rate(room, items[0], theirs, value=8)


def test_two_who_rate_other_factors_both_win_and_on_the_same_one_the_second_sees_both(
    room: Room, card: Scorecard, items: list[Item]
):
    score = rate(room, items[0], card, value=8)
    seen = score.version
    rating.edit_score(room.actor(), score, ratings={"effort": 2}, version=seen)
    both = rating.edit_score(room.actor("owner"), score, ratings={"value": 9}, version=seen)
    assert (both.ratings, both.number) == ({"value": "9", "effort": "2"}, Decimal("4.5"))
    with pytest.raises(Stale) as stale:
        rating.edit_score(room.actor(), score, ratings={"value": 3}, version=seen)
    assert [each.field for each in stale.value.conflicts] == ["ratings"]


def test_it_is_in_the_items_history_and_taken_back_exactly(room: Room, card: Scorecard, items: list[Item]):
    first = rate(room, items[0], card, value=8, effort=2)
    again = rate(room, items[0], card, effort=4)
    assert again.pk == first.pk
    changes = list(Change.objects.filter(verb="score.created"))
    assert [change.object_id for change in changes] == [items[0].pk] * 2
    undo_change(room.actor(), room.workspace, change=changes[1])
    score = Score.objects.get()
    assert (score.ratings, score.number) == ({"value": "8", "effort": "2"}, Decimal(4))
    undo_change(room.actor(), room.workspace, change=changes[0])
    assert not Score.objects.exists()
    undo_change(room.actor(), room.workspace, change=Change.objects.filter(verb="change.undone").latest("seq"))
    score = Score.objects.get()
    assert (score.ratings, score.number) == ({"value": "8", "effort": "2"}, Decimal(4))


def table(room: Room, **query: str) -> list[tuple[str, Decimal | None]]:
    shown = scene(room.product, Address.read({"view": "table", **query}), room.now())
    return [(row.item["title"], row.item["score"]) for lane in shown.lanes for row in lane.rows]


def test_the_table_sorts_by_the_number_and_what_has_none_comes_last(room: Room, card: Scorecard, items: list[Item]):
    for item, value in zip(items[:3], (4, 8, 2), strict=True):
        rate(room, item, card, value=value, effort=2)
    highest = [("Index", 4), ("Search", 2), ("Export", 1), ("Theme", None)]
    assert table(room, sort="-score") == highest
    assert table(room, sort="score") == [*highest[2::-1], ("Theme", None)]
    rice = rating.create_scorecard(room.actor(), room.product, method="rice")
    assert {score for _, score in table(room, scorecard=str(rice.pk))} == {None}


def test_the_past_shows_the_numbers_of_then(room: Room, card: Scorecard, items: list[Item]):
    now = timezone.now()
    rate(room, items[0], card, value=8, effort=2)
    Change.objects.update(at=now - timedelta(days=3))
    rate(room, items[0], card, value=4)
    rate(room, items[1], card, value=8, effort=1)
    then = (now - timedelta(days=1)).astimezone(UTC)
    assert dict(table(room, as_of=then.isoformat(), sort="-score")) == {"Search": 4, "Index": None, "Export": None, "Theme": None}
    assert table(room, sort="-score")[:2] == [("Index", 8), ("Search", 2)]


# --- pages ---


def test_setting_one_up_and_rating_an_item_by_forms(room: Room, items: list[Item]):
    client = room.client()
    assert "No scorecard yet" in client.get(room.path("scorecards/")).content.decode()
    assert client.post(room.path("scorecards/new/"), {"method": "own"}).status_code == 302
    card = Scorecard.objects.get()
    edit = client.get(room.path(f"scorecards/{card.pk}/")).context["form"]
    rows = {field.html_name: field.value() for row in edit.rows() for field in row}
    seen = {f"initial-{name}": value for name, value in rows.items()}
    sent = {**rows, **seen, "name-3": "Delight", "name": "Ours", "initial-name": "Our scorecard", "version": 1}
    assert client.post(room.path(f"scorecards/{card.pk}/"), sent).status_code == 302
    card.refresh_from_db()
    assert (card.name, [each.name for each in card.rated_by]) == ("Ours", ["Value", "Effort", "Delight"])
    url = room.path(f"items/{items[0].number}/rate/")
    assert client.post(url, {"scorecard": card.pk, "f1": "11"}).status_code == 422
    assert client.post(url, {"scorecard": card.pk, "f1": "8", "f2": "4", "f3": "2"}).status_code == 302
    assert Score.objects.get().number == Decimal("2.5")
    panel = client.get(room.path(f"items/{items[0].number}/")).content.decode()
    assert "1st of 1" in panel
    assert "Rate by Ours" in panel
    assert "Rate by Ours" not in room.client("viewer").get(room.path(f"items/{items[0].number}/")).content.decode()
    assert "1st of 1" in room.client("viewer").get(room.path(f"items/{items[0].number}/")).content.decode()


def test_the_same_factor_rated_meanwhile_is_shown_with_both(room: Room, card: Scorecard, items: list[Item]):
    score = rate(room, items[0], card, value=8, effort=2)
    rating.edit_score(room.actor("owner"), score, ratings={"value": 9})
    url = room.path(f"items/{items[0].number}/rate/")
    sent = {"scorecard": card.pk, "version": 1, "value": "3", "initial-value": "8", "effort": "2", "initial-effort": "2"}
    answer = room.client().post(url, sent)
    assert (answer.status_code, "value 9" in answer.content.decode()) == (409, True)
    apart = {**sent, "value": "8", "effort": "5"}
    assert room.client().post(url, apart).status_code == 302
    assert Score.objects.get().ratings == {"value": "9", "effort": "5"}


@pytest.mark.parametrize("asked", ["nonsense", "019a3c5e-0000-7000-8000-000000000001"])
def test_a_scorecard_that_is_none_is_not_found(room: Room, card: Scorecard, items: list[Item], asked: str):
    url = reverse("roadmap:rate", args=[room.workspace.slug, room.product.slug, items[0].number])
    assert room.client().get(f"{url}?scorecard={asked}").status_code == 404


# --- REST ---


def send(client: Any, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    data = "" if body is None else json.dumps(body)
    return client.generic(method.upper(), f"/api/v1/{path}", data, content_type="application/json", headers=headers)


def test_the_whole_way_by_rest(room: Room, items: list[Item]):
    api, product = room.api(), str(room.product.pk)
    factors = [{"name": "Reach", "weight": "2"}, {"name": "Effort", "cost": True}]
    made = send(api, "post", "scorecards/", {"product": product, "method": "own", "name": "Ours", "factors": factors}).json()
    assert [(each["key"], each["name"], each["weight"], each["cost"]) for each in made["factors"]] == [
        ("f1", "Reach", "2", False), ("f2", "Effort", "1", True),
    ]  # fmt: skip
    body = {"item": str(items[0].pk), "scorecard": made["id"], "ratings": {"f1": "3.5"}}
    score = send(api, "post", "scores/", body).json()
    assert (score["ratings"], score["number"]) == ({"f1": "3.5"}, None)
    path = f"scores/{score['id']}/"
    assert send(api, "patch", path, {"ratings": {"f2": 2}}).status_code == 428
    assert send(api, "patch", path, {"ratings": {"f2": 2}}, 1).json()["number"] == 3.5
    assert send(api, "patch", path, {"ratings": {"f2": 4}}, 1).status_code == 412
    assert send(api, "patch", path, {"ratings": {"f9": 4}}, 2).json()["errors"].keys() == {"ratings"}
    assert send(api, "patch", path, {"ratings": {"f2": None}}, 2).json()["number"] is None
    assert len(api.get(f"/api/v1/scores/?scorecard={made['id']}&numbered=false").json()["results"]) == 1
    assert send(api, "delete", path, None, 3).status_code == 204
    assert send(api, "post", "scorecards/", {"product": product, "name": "Ours"}).json()["errors"].keys() == {"name"}
