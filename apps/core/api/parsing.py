"""JSON as it may come in: not too deep, without what PostgreSQL cannot keep."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPTH = 32


class JsonParser(BaseParser):
    """Parses a JSON body; 400 for what is malformed, deeper than 32 levels, or holds NUL; 413 above 2.5 MB."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        del media_type, parser_context
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body = stream.read(most + 1)
        if len(body) > most:
            raise RequestDataTooBig
        try:
            value = orjson.loads(body)
        except (orjson.JSONDecodeError, RecursionError) as error:
            message = gettext("The body is not valid JSON: %(why)s") % {"why": error}
            raise ParseError(message) from error
        _inspect(value, 0)
        return value


def _inspect(value: Any, depth: int) -> None:
    if depth > DEPTH:
        message = gettext("The JSON is nested deeper than %(most)s levels; send it flatter.") % {"most": DEPTH}
        raise ParseError(message)
    if isinstance(value, str):
        if "\x00" in value:
            message = gettext("Remove the NUL character from the text.")
            raise ParseError(message)
    elif isinstance(value, dict):
        for key, each in value.items():
            _inspect(key, depth)
            _inspect(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _inspect(each, depth + 1)
