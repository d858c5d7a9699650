"""Collections whose writes are of the common kind: create under a parent, change any subset, take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers

from apps.core.api.resources import Resource, chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from rest_framework.request import Request

    from apps.core.models import Tracked


class Reasoned(serializers.Serializer[Any]):
    """What every write may carry: why."""

    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=2_000, help_text="Why; it is kept in the history."
    )


class Written(Resource):
    """A resource with `creates`, `edits` and `removes` as actions.

    `parent` is the body's field that names the object under which a new one is made, and its model. `references` maps
    the body's other fields that hold ids (or lists of ids) to the models that they name. What is None is not offered.
    `body` is what a new one takes, `subset` what an edit takes; a member called `patch` would be taken for a handler.
    """

    parent: ClassVar[tuple[str, type[Tracked]]]
    references: ClassVar[dict[str, type[Tracked]]] = {}
    body: ClassVar[type[serializers.Serializer[Any]]]
    subset: ClassVar[type[serializers.Serializer[Any]]]
    creates: ClassVar[Callable[..., Any] | None] = None
    edits: ClassVar[Callable[..., Any] | None] = None
    removes: ClassVar[Callable[..., Any] | None] = None
    example: ClassVar[dict[str, Any]] = {}
    noun: ClassVar[str] = "object"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.creates:
            cls._offer_create()
        if cls.edits:
            cls._offer_edit()
        if cls.removes:
            cls._offer_remove()

    @classmethod
    def _offer_create(cls) -> None:
        example = OpenApiExample(f"A {cls.noun}", cls.example, request_only=True)

        @extend_schema(request=cls.body, responses={201: cls.shape}, examples=[example], description=f"Make a {cls.noun}.")
        def create(self: Written, request: Request) -> HttpResponse:
            del request
            values = self.resolved(self.values(self.body))
            return self.do(type(self).creates, values.pop(self.parent[0]), values, status=201)  # type: ignore[arg-type]

        cls.create = create  # type: ignore[attr-defined]

    @classmethod
    def _offer_edit(cls) -> None:
        some = {name: value for name, value in cls.example.items() if name in cls.subset().fields}
        example = OpenApiExample("Some fields", dict(list(some.items())[:2]), request_only=True)
        description = f"Change any fields of a {cls.noun}; needs If-Match."

        @extend_schema(request=cls.subset, responses=cls.shape, examples=[example], description=description)
        def partial_update(self: Written, request: Request, pk: str) -> HttpResponse:
            del request
            target = self.visible(pk)
            values = {**self.resolved(self.values(self.subset, partial=True)), "version": self.expected()}
            return self.do(type(self).edits, target, values)  # type: ignore[arg-type]

        cls.partial_update = partial_update  # type: ignore[attr-defined]

    @classmethod
    def _offer_remove(cls) -> None:
        @extend_schema(responses={204: None}, description=f"Take a {cls.noun} away; its history stays. Needs If-Match.")
        def destroy(self: Written, request: Request, pk: str) -> HttpResponse:
            target, version = self.visible(pk), self.expected()
            reason = request.query_params.get("reason", "")
            return self.gone(type(self).removes, target, version=version, reason=reason)  # type: ignore[arg-type]

        cls.destroy = destroy  # type: ignore[attr-defined]

    def resolved(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the body's values with each id turned into what it names, as far as the actor can see it."""
        parent = dict([self.parent]) if hasattr(self, "parent") else {}
        for name, model in {**parent, **self.references}.items():
            if isinstance(values.get(name), list):
                values[name] = [chosen(self, model, name, pk) for pk in values[name]]
            elif values.get(name) is not None:
                values[name] = chosen(self, model, name, values[name])
        return values

    def done(self, act: Callable[..., Any], pk: str, values: dict[str, Any] | None = None) -> HttpResponse:
        """Call an action on the object of the address and answer with the object."""
        return self.do(act, self.visible(pk), values or {})
