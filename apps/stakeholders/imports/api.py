"""The REST door of imports: a file and how it is read come in, the report goes out."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.viewsets import ViewSet

from apps.core.api.idempotency import once
from apps.core.api.resources import actor_of, json_answer
from apps.core.api.writing import Reasoned
from apps.stakeholders.imports.mapping import Mapping
from apps.stakeholders.imports.running import read_table, run_import
from apps.stakeholders.imports.tables import Unreadable
from apps.vision.models import Product

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from rest_framework.request import Request

_EXAMPLE = {
    "product": "019a3c5e-0000-7000-8000-000000000001",
    "format": "csv",
    "content": "id,name,state\n1,Search,doing\n",
    "mapping": {
        "external_id": "id",
        "fields": {"title": "name", "status": {"column": "state", "values": {"doing": "in_progress"}}},
    },
    "dry_run": True,
}


class ImportIn(Reasoned):
    """A file, and how its columns and values are read."""

    product = serializers.UUIDField()
    format = serializers.ChoiceField(["csv", "xlsx", "json"])
    content = serializers.CharField(trim_whitespace=False, help_text="The file: text for csv and json, base64 for xlsx.")
    mapping = serializers.DictField(
        help_text="Columns to fields and values to values; docs/examples has two. Whom it lets follow is not asked first."
    )
    dry_run = serializers.BooleanField(default=False, help_text="Report the same, keep nothing.")


class ProblemShape(serializers.Serializer[Any]):
    """A cell that has no place; row 0 is the file as a whole."""

    row = serializers.IntegerField(help_text="As a spreadsheet numbers it; the header is 1.")
    column = serializers.CharField()
    value = serializers.CharField()
    problem = serializers.CharField()
    remedy = serializers.CharField()


class ReportShape(serializers.Serializer[Any]):
    """What became of each row, in numbers, and of each cell that has no place."""

    dry_run = serializers.BooleanField()
    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    problems = ProblemShape(many=True)


class ImportResource(ViewSet):
    """Files of items or milestones."""

    @extend_schema(
        request=ImportIn,
        responses={200: ReportShape},
        examples=[OpenApiExample("A dry run", _EXAMPLE, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Import a file into a product, row by row; the same file a second time changes nothing. At most 2.5 MB at once."""
        values = _values(request.data)
        actor = actor_of(request)
        product = Product.objects.visible_to(actor).filter(pk=values["product"]).first()
        if product is None:
            raise serializers.ValidationError(
                {"product": [gettext("There is nothing of this id here; choose one that you can see.")]}
            )
        mapping = _read("mapping", lambda: Mapping.parsed(values["mapping"]))
        table = _read("content", lambda: read_table(values["format"], _bytes(values["format"], values["content"])))
        return once(
            request,
            lambda: json_answer(
                _read(
                    "mapping",
                    lambda: run_import(
                        replace(actor, via="import"), product, table, mapping, dry_run=values["dry_run"],
                        reason=values.get("reason", ""),
                    ),
                ).as_json()
            ),
        )  # fmt: skip


def _values(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise serializers.ValidationError({"": [gettext("Send a JSON object.")]})
    form = ImportIn(data=data)
    if unknown := set(data) - set(form.fields):
        raise serializers.ValidationError({name: [gettext("There is no such field here.")] for name in sorted(unknown)})
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _bytes(kind: str, content: str) -> bytes:
    if kind != "xlsx":
        return content.encode("utf-8", "replace")
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise Unreadable(gettext("Send an XLSX file as base64.")) from error


def _read[T](name: str, read: Callable[[], T]) -> T:
    """Return what was read, or answer 400 under the member's name."""
    try:
        return read()
    except Unreadable as error:
        raise serializers.ValidationError({name: [str(error)]}) from error


routes: list[tuple[str, Any]] = [("imports", ImportResource)]
