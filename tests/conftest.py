"""What every test may use. The services are a plugin of their own (tests/services.py): they come before the settings."""

from __future__ import annotations

pytest_plugins = ["tests.people"]
