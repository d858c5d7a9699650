"""What is compared with: the same work done by PostgreSQL alone behind a bare Django view with the usual middlewares.

No sign-in, no rights, no change stream, no layout: the least that a Django product could do for the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.urls import path

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tests.bench.floors.here",
]
HTML = """
SELECT string_agg(format(
  '<div class="row g%%s" id="item-%%s"><span class="t"><a href="%%s">%%s</a></span><svg class="track-row">'
  '<foreignObject x="%%s%%%%" width="%%s%%%%"><a class="bar" data-item="%%s" data-start="%%s" data-end="%%s" data-version="%%s">'
  '%%s</a></foreignObject></svg></div>',
  g.colour, i.number, '?item=' || i.number, replace(replace(i.title, '&', '&amp;'), '<', '&lt;'),
  i.number %% 100, 10, i.number, i.start, i."end", i.version, i.status), '' ORDER BY g.rank, i.rank)
FROM roadmap_item i LEFT JOIN roadmap_contribution c ON c.item_id = i.id LEFT JOIN vision_goal g ON g.id = c.goal_id
WHERE i.product_id = %s AND i.archived_at IS NULL
"""
JSON = """
SELECT json_agg(json_build_object(
  'id', i.id, 'version', i.version, 'title', i.title, 'description', i.description, 'type', i.type, 'status', i.status,
  'health', i.health, 'horizon', i.horizon, 'start', i.start, 'end', i."end", 'granularity', i.granularity,
  'owner', i.owner_id, 'progress', i.progress, 'confidence', i.confidence, 'rank', i.rank, 'created_at', i.created_at, 'goals',
  (SELECT json_agg(json_build_object('goal', c.goal_id, 'share', c.share)) FROM roadmap_contribution c WHERE c.item_id = i.id))
  ORDER BY i.id)::text
FROM (SELECT * FROM roadmap_item WHERE product_id = %s ORDER BY id LIMIT 1000) i
"""


def asked(sql: str, value: object) -> str:
    """Return the one value of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])
        return str(cursor.fetchone()[0])


def html(_request: HttpRequest, product: str) -> HttpResponse:
    return HttpResponse(asked(HTML, product))


def listed(_request: HttpRequest, product: str) -> HttpResponse:
    return HttpResponse(asked(JSON, product), content_type="application/json")


def edit(_request: HttpRequest, item: str) -> HttpResponse:
    """Change one row and write one beside it, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE roadmap_item SET progress = 1 - progress WHERE id = %s", [item])
        cursor.execute("INSERT INTO core_heartbeat (name, at) VALUES (gen_random_uuid()::text, now())")
    return HttpResponse("{}", content_type="application/json")


urlpatterns = [path("html/<product>", html), path("list/<product>", listed), path("edit/<item>", edit)]


def here(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer from these addresses, whatever the product's are."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__  # type: ignore[attr-defined]
        return get_response(request)

    return answer


def client() -> Client:
    """Return a client that is answered by the floors."""
    bare = Client()
    bare.handler = ClientHandler(enforce_csrf_checks=False)
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        bare.handler.load_middleware()
    return bare
