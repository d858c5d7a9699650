"""A pytest plugin (`-p tests.services`): a PostgreSQL and a Valkey of this run's own, unless their addresses are given.

They are started once, before Django reads its settings, by the process that was called; the workers of pytest-xdist inherit
the addresses. Each worker has its own database (pytest-django sees to that) and its own part of Valkey.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from config import variables
from config.embedded import home, services

if TYPE_CHECKING:
    from collections.abc import Generator

DEFAULTS = {
    "LODESTAR_TEST": "1",
    "SECRET_KEY": "of-the-tests-and-nothing-else-0123456789-abcdefghij",
    "BASE_URL": "http://127.0.0.1:8000",
}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Complete the environment before pytest-django loads the settings."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if not (variables.text("DATABASE_URL") and variables.text("VALKEY_URL")):
        os.environ.update(_start())
    _take_own_part_of_valkey()
    return (yield)


def _start() -> dict[str, str]:
    """Start both servers in a folder that goes with them, and stop them when this process ends."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    data = Path(tempfile.mkdtemp(prefix="lodestar-test-"))
    data.chmod(0o711)  # root's servers run as another user, who must get through
    stack.callback(home.remove, data)
    _, addresses = stack.enter_context(services.own(data, fast=True))
    os.environ["DATA"] = str(data)
    return addresses.environment()


def _take_own_part_of_valkey() -> None:
    """Give each worker a database number and a key prefix of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        number = int(worker.removeprefix("gw")) + 1
        address = urlsplit(os.environ["VALKEY_URL"])
        os.environ["VALKEY_URL"] = address._replace(path=f"/{number}").geturl()
        os.environ["VALKEY_PREFIX"] = f"lodestar-{worker}:"
