#!/usr/bin/env python3
"""Any management command, against DATABASE_URL and VALKEY_URL, or else the embedded services of DATA."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def find_packages() -> None:
    """Go on under the Python of `make setup` where this one has no Django; nobody needs to activate anything."""
    if find_spec("django") is not None:
        return
    if not OWN_PYTHON.exists() or Path(sys.prefix).resolve() == OWN_PYTHON.parent.parent:
        sys.exit("Django is not installed; run `make setup` first.")
    os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])  # noqa: S606 - our own Python, the caller's own arguments


@contextlib.contextmanager
def services() -> Iterator[None]:
    """Complete the environment: what is not given comes from the data folder and lasts as long as the command."""
    from config import variables  # noqa: PLC0415 - needs the packages

    if variables.text("DATABASE_URL") and variables.text("VALKEY_URL"):
        yield
        return
    from config.embedded import home  # noqa: PLC0415 - not needed where servers are given
    from config.embedded import services as embedded  # noqa: PLC0415

    data = variables.data_folder()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what we started is stopped
    with embedded.borrow(data) as addresses:
        for name, value in addresses.environment().items():
            os.environ[name] = variables.text(name) or value
        os.environ["SECRET_KEY"] = variables.text("SECRET_KEY") or home.secret(data, "secret-key")
        yield


def main() -> None:
    """Run the command."""
    find_packages()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with services():
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings need the services

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
