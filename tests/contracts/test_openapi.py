"""The description of the REST API: kept beside the code, complete, and without a warning."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

FILE = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
AGAIN = "The API changed: run `./manage.py spectacular --file docs/openapi.yaml --validate` and look at the difference."


@pytest.fixture(scope="module")
def made() -> str:
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return out.getvalue()


def operations(text: str) -> dict[str, dict[str, Any]]:
    paths = yaml.load(text, yaml.CSafeLoader)["paths"]
    return {f"{method} {path}": operation for path, methods in paths.items() for method, operation in methods.items()}


@pytest.fixture(scope="module")
def all_of_it(made: str) -> dict[str, dict[str, Any]]:
    return operations(made)


def test_the_file_is_what_the_code_says(made: str):
    assert FILE.read_text().strip() == made.strip(), AGAIN


def test_every_operation_says_what_it_does(all_of_it):
    assert [name for name, operation in all_of_it.items() if not operation.get("description", "").strip()] == []


def test_every_body_has_an_example(all_of_it):
    bodies = {
        name: each["requestBody"]["content"]["application/json"] for name, each in all_of_it.items() if "requestBody" in each
    }
    assert bodies
    assert [name for name, body in bodies.items() if not ({"example", "examples"} & set(body))] == []


def test_no_two_operations_have_one_name(all_of_it):
    names = Counter(operation["operationId"] for operation in all_of_it.values())
    assert [name for name, times in names.items() if times > 1] == []


def test_every_operation_names_its_refusals(all_of_it):
    for name, operation in all_of_it.items():
        assert {"400", "401", "403", "404", "503"} <= set(operation["responses"]), name
        if name.startswith("patch "):
            assert {"412", "428"} <= set(operation["responses"]), name


def test_every_answer_is_described(all_of_it):
    bare = [
        name
        for name, operation in all_of_it.items()
        for status, answer in operation["responses"].items()
        if status.startswith("2") and status != "204" and not answer.get("content")
    ]
    assert bare == []


def test_it_names_no_machine(made: str):
    assert "127.0.0.1" not in made
    assert "localhost" not in made
