"""What every door needs to know of the one who knocks: the actor, the workspace, the shell around a page."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Concatenate, cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from apps.accounts.models import ApiToken, Membership, User, Workspace
from apps.accounts.tokens import token_of
from apps.core.actors import Actor
from apps.core.prepared import prepared
from apps.core.provider import leaves

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django_htmx.middleware import HtmxDetails
    from drf_spectacular.openapi import AutoSchema
    from rest_framework.request import Request as RestRequest

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed


class Request(HttpRequest):
    """A request after the middlewares, in a room: whose, and in which workspace."""

    user: User
    actor: Actor
    htmx: HtmxDetails
    workspace: Workspace
    membership: Membership


@prepared
def _membership(user: UUID, slug: str) -> QuerySet[Membership]:
    rows: QuerySet[Membership] = Membership.objects.select_related("workspace").filter(user_id=user, workspace__slug=slug)
    return rows


def session_actor(request: HttpRequest) -> Actor:
    """Return the signed-in person as an actor, or a nobody."""
    user = request.user if request.user.is_authenticated else None
    return Actor(user=user, name=str(user or "Nobody"), via="web", request_id=request_id(request))


def request_id(request: HttpRequest) -> str:
    """Return one id for all that this request causes."""
    if not hasattr(request, "_lodestar_id"):
        request._lodestar_id = uuid4().hex  # type: ignore[attr-defined]
    return cast("str", request._lodestar_id)  # type: ignore[attr-defined]


def room[**P](view: Callable[Concatenate[Request, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Open a page inside `/w/WORKSPACE/`: sign-in needed, strangers get 404, `request.workspace` is set."""

    @functools.wraps(view)
    @login_required
    def enter(request: HttpRequest, ws: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        inside = cast("Request", request)
        inside.actor = session_actor(request)
        membership = _membership.first(inside.user.pk, ws)
        if membership is None:
            raise Http404
        inside.membership = membership
        inside.workspace = inside.membership.workspace
        return view(inside, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, str, P], HttpResponse]", enter)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame around a page shows. Costs no query by itself."""
    return {
        "workspace": getattr(request, "workspace", None),
        "membership": getattr(request, "membership", None),
        "may_edit": getattr(request, "membership", None) is not None and request.membership.role in {"owner", "editor"},  # type: ignore[attr-defined]
        "demo": settings.DEMO,
        "mailbox": settings.DEMO or (not leaves() and getattr(getattr(request, "membership", None), "role", "") == "owner"),
        "base_url": settings.BASE_URL,
    }


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer lode_…`; with a token, cookies are ignored."""

    def authenticate(self, request: RestRequest) -> tuple[User, ApiToken] | None:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = token_of(text.strip())
        if token is None:
            message = gettext("This token does not exist, has expired or was revoked; make a new one in the settings.")
            raise AuthenticationFailed(message)
        request._request.actor = Actor(  # type: ignore[attr-defined]
            user=token.user, name=str(token.user), via="api", scopes=frozenset(token.scopes),
            workspace_id=token.workspace_id, request_id=request_id(request._request),
        )  # fmt: skip
        return token.user, token

    def authenticate_header(self, request: RestRequest) -> str:
        del request
        return 'Bearer realm="api"'


class ApiSession(SessionAuthentication):
    """The browser's own session, with CSRF protection on every write."""

    def authenticate(self, request: RestRequest) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        request._request.actor = session_actor(request._request)  # type: ignore[attr-defined]
        return cast("tuple[User, None]", found)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How OpenAPI calls our tokens."""

    target_class = "apps.accounts.http.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        del auto_schema
        return {"type": "http", "scheme": "bearer", "description": "A token from the workspace's settings."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How OpenAPI calls the browser's session."""

    target_class = "apps.accounts.http.ApiSession"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        del auto_schema
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
