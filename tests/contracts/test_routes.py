"""Every address, method and actor, about one's own things, others' things, and others' things inside one's own."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse
from django_filters import UUIDFilter

from tests.contracts.routes import BODIES, ELSEWHERE, OF_FILTER, OF_PERSON, QUERIES, ROUTES, path_of
from tests.contracts.walk import ACTORS, METHODS, Callers, Route, changed_ids, exchange, routes, without_chance
from tests.contracts.world import World, everything_written

pytestmark = pytest.mark.django_db
ALL = {name: route for name, route in routes().items() if not name.startswith(tuple(ELSEWHERE))}
KNOWN = sorted(set(ALL) & set(ROUTES))
CALLS = [(name, method) for name in KNOWN for method in ROUTES[name]]
WRITES = [(name, method) for name, method in CALLS if method != "GET"]
NESTED = [name for name in KNOWN if set(ALL[name].kwargs) - {"ws", "product", "kind", "secret", "language"} and name not in {
    "stakeholders:share", "stakeholders:atom", "stakeholders:calendar", "stakeholders:reader", "stakeholders:unsubscribe",
    "stakeholders:confirm", "stakeholders:own", "stakeholders:own_pause", "stakeholders:own_resume",
    "stakeholders:embed",
}]  # fmt: skip


def address(route: Route, world: World) -> str:
    return route.url(**path_of(route.name, route.kwargs, world)) + QUERIES.get(route.name, lambda _: "")(world)


def sent(name: str, method: str, world: World):
    return BODIES[name, method](world) if (name, method) in BODIES else None


def test_every_route_has_a_row_here():
    assert set(ALL) == set(ROUTES)


def test_every_row_has_an_answer_for_each_actor():
    assert {len(row.split()) for rows in ROUTES.values() for row in rows.values()} == {len(ACTORS)}


@pytest.mark.parametrize(("name", "method"), CALLS, ids=lambda each: each)
def test_who_gets_what(callers: Callers, own: World, name: str, method: str):
    route, found = ALL[name], []
    before = everything_written()
    for who, expected in zip(ACTORS, ROUTES[name][method].split(), strict=True):
        if expected == "stream":  # tests/core/test_live.py opens it over a real server
            found.append("stream")
            continue
        with transaction.atomic():
            answer = callers.call(who, route, method, address(route, own), sent(name, method, own))
            mark = "!" if expected.endswith("!") else ""
            found.append(f"{answer.status_code}{mark}")
            if method == "GET" or mark or answer.status_code >= 400 or _asks_to_sign_in(answer):
                assert everything_written() == before, f"{who} changed something by {method} {name}"
            transaction.set_rollback(True)
    assert " ".join(found) == ROUTES[name][method]


def _asks_to_sign_in(answer) -> bool:
    return answer.get("Location", "").startswith(reverse("account_login"))


@pytest.mark.parametrize("name", KNOWN)
def test_no_other_method_is_known(callers: Callers, own: World, name: str):
    route, before = ALL[name], everything_written()
    for method in set(METHODS) - set(ROUTES[name]):
        answer = callers.call("owner", route, method, address(route, own), {})
        assert (method, answer.status_code) == (method, 405 if "404" not in _of_owner(name) else answer.status_code)
        assert answer.status_code in {404, 405}
    assert everything_written() == before


def _of_owner(name: str) -> set[str]:
    return {row.split()[ACTORS.index("owner")] for row in ROUTES[name].values()}


@pytest.mark.parametrize("name", [name for name in NESTED if "GET" in ROUTES[name]])
def test_what_one_may_not_see_answers_like_what_is_not_there(callers: Callers, own: World, theirs: World, name: str):
    route = ALL[name]
    inside = path_of(name, route.kwargs, own)
    ghost = {each: _ghost(value) if each not in {"ws", "product", "kind"} else value for each, value in inside.items()}
    outside = path_of(name, route.kwargs, theirs) | {each: inside[each] for each in ("ws", "product") if each in inside}
    unknown, unseen = (callers.call("owner", route, "GET", route.url(**kwargs)) for kwargs in (ghost, outside))
    assert (unseen.status_code, unknown.status_code) == (404, 404)
    assert without_chance(unseen.content) == without_chance(unknown.content)


def _ghost(value):
    return 777_777 if isinstance(value, int) else "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("name", NESTED)
def test_others_things_inside_ones_own_address(callers: Callers, own: World, theirs: World, name: str):
    route, before = ALL[name], everything_written()
    inside, outside = path_of(name, route.kwargs, own), path_of(name, route.kwargs, theirs)
    for each in set(route.kwargs) - {"ws", "kind"}:
        url = route.url(**{**inside, each: outside[each]})
        for method in ROUTES[name]:
            answer = callers.call("owner", route, method, url, sent(name, method, own))
            assert (each, method, answer.status_code) == (each, method, 404)
    assert everything_written() == before


def test_a_product_of_another_workspace_is_not_found_in_ones_own(callers: Callers, own: World, theirs: World):
    for name in [name for name in KNOWN if "product" in ALL[name].kwargs]:
        route = ALL[name]
        url = route.url(**path_of(name, route.kwargs, own) | {"product": theirs.product.slug})
        for method in ROUTES[name]:
            assert (name, callers.call("owner", route, method, url).status_code) == (name, 404)


@pytest.mark.parametrize(("name", "method"), [call for call in WRITES if call in BODIES], ids=lambda each: each)
def test_others_things_in_what_is_sent(callers: Callers, own: World, theirs: World, name: str, method: str):
    route, before, swap = ALL[name], everything_written(), exchange(own, theirs)
    body = BODIES[name, method](own)
    numbers = {str(own.other_item.number): str(theirs.other_item.number)} if {"after", "other"} & set(body) else {}
    for wrong in changed_ids(body, swap | numbers):
        answer = callers.call("owner", route, method, address(route, own), wrong)
        assert answer.status_code in ({400, 404} if route.rest else {302, 403, 404, 422}), wrong
        assert everything_written() == before, wrong


FILTERS = [
    (name, each)
    for name in KNOWN
    if ALL[name].rest and name.endswith("-list") and getattr(ALL[name].view, "filterset_class", None)
    for each, filter_ in ALL[name].view.filterset_class.base_filters.items()
    if isinstance(filter_, UUIDFilter)
]


@pytest.mark.parametrize(("name", "each"), FILTERS, ids=lambda each: each)
def test_others_things_in_a_filter(callers: Callers, own: World, theirs: World, name: str, each: str):
    pk = theirs.room.owner.pk if each in OF_PERSON else getattr(theirs, OF_FILTER[each]).pk
    query = QUERIES.get(name, lambda _: "?")(own)
    answer = callers.call("owner", ALL[name], "GET", f"{ALL[name].url()}{query}&{each}={pk}")
    assert answer.status_code in {200, 400, 404}
    assert answer.status_code != 200 or answer.json()["results"] == []


@pytest.mark.parametrize("name", [name for name in KNOWN if "GET" in ROUTES[name] and name != "accounts:live"])
def test_nothing_of_others_is_in_what_one_reads(callers: Callers, own: World, theirs: World, name: str):
    answer = callers.call("owner", ALL[name], "GET", address(ALL[name], own))
    text = answer.content.decode()
    for pk in exchange(own, theirs).values():
        assert pk not in text
    for word in (theirs.workspace.slug, theirs.product.name, "of Elsewhere", theirs.product.slug):
        assert word not in text


@pytest.mark.parametrize(("name", "method"), [call for call in WRITES if ALL[call[0]].rest], ids=lambda each: each)
def test_a_token_that_reads_only_writes_nothing(callers: Callers, own: World, name: str, method: str):
    route, before = ALL[name], everything_written()
    answer = callers.call("reader", route, method, address(route, own), sent(name, method, own))
    assert answer.status_code == 403
    assert everything_written() == before


@pytest.mark.parametrize("name", [name for name in KNOWN if not ALL[name].rest and "POST" in ROUTES[name]])
def test_a_form_without_its_token_is_refused(own: World, name: str):
    if name in {"stakeholders:unsubscribe", "core:mail_events"}:  # programs post there: a signed link or a secret says who
        return
    client = own.room.client("owner")
    client.handler.enforce_csrf_checks = True
    before = everything_written()
    assert client.post(address(ALL[name], own), sent(name, "POST", own) or {}).status_code == 403
    assert everything_written() == before
