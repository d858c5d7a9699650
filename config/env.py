"""The environment, read once. What each variable means: docs/operations.md."""

from __future__ import annotations

from urllib.parse import urlsplit

from config import variables
from config.variables import ROOT, BadEnvironment, database_settings, flag, number, text

__all__ = ["ROOT", "BadEnvironment", "database_settings"]

DEMO = flag("LODESTAR_DEMO")
TESTING = flag("LODESTAR_TEST")
COLLECTED = flag("LODESTAR_COLLECTED")  # static files were collected, as in the image
INSTANCE = text("LODESTAR_INSTANCE")  # how the supervisor knows its own child
DATA = variables.data_folder()
PORT = number("PORT", 8000, 1, 65_535)
WEB_PROCESSES = number("WEB_PROCESSES", 2, 1, 64)
WORKER_PROCESSES = number("WORKER_PROCESSES", 2, 1, 64)
BASE_URL = variables.base_url(f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = variables.allowed_hosts(BASE_URL)
SECRET_KEY = text("SECRET_KEY")
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0, 0, 16)  # how many proxies stand in front
SENTRY_DSN = text("SENTRY_DSN")
DATABASE_URL = text("DATABASE_URL")
# Where nothing is given nothing is reached: the host's name says what is missing.
DATABASE = database_settings(DATABASE_URL or "postgres://database-url-is-unset.invalid/lodestar")
VALKEY_URL = variables.valkey_url("redis://valkey-url-is-unset.invalid:6379/0")
VALKEY_PREFIX = text("VALKEY_PREFIX", "lodestar:")
SMTP_URL = variables.smtp_url()
MAIL_PROVIDER, PROVIDER_SETTINGS = variables.mail_provider()
MAIL_FROM = text("MAIL_FROM", f"Lodestar <lodestar@{urlsplit(BASE_URL).hostname or 'localhost'}>")
WEBHOOK_PRIVATE_NETWORKS = flag("WEBHOOK_PRIVATE_NETWORKS")  # webhooks may be posted to private networks and loopback
