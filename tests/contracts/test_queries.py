"""What each page and list costs: a number of queries, the same for one row and for hundreds."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import lasting
from apps.roadmap import kept
from tests.contracts.growth import grow
from tests.contracts.routes import QUERIES, ROUTES, path_of
from tests.contracts.walk import Callers, Route, routes
from tests.contracts.world import World, furnish
from tests.people import new_room

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]  # every page and list is looked at for each of the sizes
ALL = {name: route for name, route in routes().items() if name in ROUTES}
# The description of the API is made anew for each request and asks nothing; the stream has its own test.
LEFT_OUT = {
    "schema",
    "docs",
    "accounts:live",
    "core:healthz",
    "core:mail",
    "core:mail_body",
    "core:mailbox",
    "core:words",
    "stakeholders:shared",
    "stakeholders:keep",
}
PAGES = sorted(name for name in ALL if "GET" in ROUTES[name] and not name.endswith("-detail") and name not in LEFT_OUT)
SIZES = (1, 3, 300)

# page or list: how many queries an owner's look at it takes
COUNTS: dict[str, int] = {
    "accounts:activity": 8,
    "accounts:home": 5,
    "accounts:invitation": 4,
    "accounts:mails": 9,
    "accounts:me": 2,
    "accounts:new_workspace": 2,
    "accounts:search": 10,
    "accounts:settings": 10,
    "accounts:workspace": 6,
    "api:alignment-list": 6,
    "api:baselines-list": 2,
    "api:decisions-list": 2,
    "api:portfolio-list": 4,
    "api:audiences-list": 2,
    "api:audiences-next-digests": 9,
    "api:audiences-preview": 5,
    "api:audiences-takeaway": 8,
    "api:changes-list": 3,
    "api:column-limits-list": 2,
    "api:comments-list": 2,
    "api:dependencies-list": 2,
    "api:digests-list": 2,
    "api:goals-list": 2,
    "api:invitations-list": 2,
    "api:items-dependants": 4,
    "api:items-list": 2,
    "api:key-results-list": 2,
    "api:mails-list": 2,
    "api:memberships-list": 2,
    "api:milestones-list": 2,
    "api:milestones-slip": 3,
    "api:people-me": 1,
    "api:placements-list": 2,
    "api:products-list": 2,
    "api:review-debt-list": 5,
    "api:reviews-items": 3,
    "api:reviews-list": 2,
    "api:reviews-minutes": 19,
    "api:scorecards-list": 2,
    "api:scores-list": 2,
    "api:search-list": 5,
    "api:webhooks-list": 2,
    "api:webhooks-deliveries": 3,
    "stakeholders:webhook": 8,
    "stakeholders:edit_webhook": 7,
    "api:share-links-days": 3,
    "api:share-links-embed": 2,
    "api:share-links-list": 2,
    "api:sign-offs-list": 2,
    "api:stakeholders-list": 2,
    "api:stakeholders-preview": 7,
    "api:staleness-list": 4,
    "api:subscriptions-list": 2,
    "api:tokens-list": 2,
    "api:told-list": 2,
    "api:ledger-list": 9,
    "api:out-of-date-list": 9,
    "api:surprise-list": 10,
    "api:vision-versions-list": 2,
    "api:visions-list": 2,
    "api:workspaces-list": 2,
    "api:views-list": 2,
    "api:followers-list": 4,
    "api:transfers-list": 12,
    "core:object": 5,
    "core:readyz": 5,
    "milestones:baselines": 10,
    "milestones:edit": 9,
    "milestones:edit_baseline": 9,
    "milestones:new": 8,
    "milestones:new_baseline": 8,
    "milestones:page": 11,
    "milestones:pill": 10,
    "milestones:show": 12,
    "milestones:transfer": 10,
    "roadmap:alignment": 12,
    "roadmap:archived": 9,
    "roadmap:decisions": 10,
    "roadmap:edit_decision": 11,
    "roadmap:new_decision": 10,
    "roadmap:shift": 11,
    "roadmap:mentions": 8,
    "roadmap:portfolio": 12,
    "roadmap:edit": 21,
    "roadmap:item": 27,
    "roadmap:new": 10,
    "roadmap:page": 28,
    "roadmap:lines": 13,
    "roadmap:dependants": 7,
    "roadmap:view": 5,
    "roadmap:new_view": 8,
    "roadmap:edit_view": 9,
    "roadmap:present": 24,
    "roadmap:scorecards": 10,
    "roadmap:new_scorecard": 8,
    "roadmap:scorecard": 9,
    "roadmap:rate": 12,
    "stakeholders:decide": 9,
    "stakeholders:digests": 14,
    "stakeholders:atom": 6,
    "stakeholders:calendar": 6,
    "stakeholders:confirm": 2,
    "stakeholders:audience": 17,
    "stakeholders:edit": 7,
    "stakeholders:edit_audience": 9,
    "stakeholders:edit_link": 7,
    "stakeholders:edit_review": 12,
    "stakeholders:minutes": 20,
    "stakeholders:new": 6,
    "stakeholders:new_audience": 9,
    "stakeholders:new_review": 11,
    "stakeholders:own": 11,
    "stakeholders:page": 8,
    "stakeholders:narrow": 19,
    "stakeholders:pause": 7,
    "stakeholders:person": 19,
    "stakeholders:reader": 7,
    "stakeholders:review": 17,
    "stakeholders:reviews": 11,
    "stakeholders:reviews_of": 8,
    "stakeholders:share": 1,
    "stakeholders:shown": 16,
    "stakeholders:surprise": 15,
    "stakeholders:told_audience": 14,
    "stakeholders:told_item": 14,
    "stakeholders:told_milestone": 14,
    "stakeholders:out_of_date": 13,
    "stakeholders:unreachable": 7,
    "stakeholders:embed": 7,
    "stakeholders:take_away": 9,
    "stakeholders:verify": 1,
    "stakeholders:unsubscribe": 2,
    "vision:compare": 10,
    "vision:edit_goal": 11,
    "vision:edit_key_result": 9,
    "vision:new_goal": 10,
    "vision:new_key_result": 9,
    "vision:new_product": 6,
    "vision:object": 9,
    "vision:page": 12,
    "vision:product_settings": 8,
    "vision:propose": 12,
    "vision:version": 10,
}

# With more rows than one screen holds these also count how many there are.


@pytest.fixture(scope="module")
def costs(django_db_setup, django_db_blocker) -> dict[int, dict[str, int]]:
    """Return {rows: {route: queries}}."""
    found: dict[int, dict[str, int]] = {}
    with django_db_blocker.unblock():
        for rows in SIZES:
            try:
                own, theirs = furnish(new_room("Harbor")), furnish(new_room("Elsewhere"), first_number=90_000)
                grow(own, rows)
                callers = Callers(own, theirs)
                found[rows] = {name: cost(callers, ALL[name], own) for name in PAGES}
            finally:
                call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    return found


def cost(callers: Callers, route: Route, world: World) -> int:
    """Return the number of queries, or the status below nothing where there was no answer."""
    url = route.url(**path_of(route.name, route.kwargs, world)) + QUERIES.get(route.name, lambda _: "")(world)
    callers.call("owner", route, "GET", url)  # whatever is asked once a process was asked
    caches["drawn"].clear()  # a view that was drawn before costs less
    kept.forget()
    lasting.forget()
    with CaptureQueriesContext(connection) as queries:
        answer = callers.call("owner", route, "GET", url)
    return len(queries) if answer.status_code < 400 or route.name == "core:readyz" else -answer.status_code


@pytest.mark.parametrize("name", PAGES)
def test_a_look_costs_the_same_however_much_there_is(costs, name: str):
    found = [costs[rows][name] for rows in SIZES]
    assert found == [COUNTS.get(name)] * len(SIZES), f'"{name}": {found[0]},'


def test_every_page_has_its_number_here():
    assert set(COUNTS) == set(PAGES)
