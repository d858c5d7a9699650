"""How one environment variable is read. Standard library only: manage.py and the supervisor need it before Django.

The values themselves are in `config.env`, which is imported only when the environment is complete.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost")
VALKEY_SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss", "unix": "unix"}
SMTP_SCHEMES = ("smtp", "smtps", "smtp+starttls")
# What each provider of mail has to be given; django-anymail knows more, which may be given too.
PROVIDERS = {
    "amazon_ses": (), "brevo": ("api_key",), "mailgun": ("api_key",), "postmark": ("server_token",), "resend": ("api_key",),
}  # fmt: skip
SECRET_OF_PROVIDER = re.compile(r"[A-Za-z0-9]{20,}")


class BadEnvironment(SystemExit):
    """A variable has a value that cannot be used; the text is one line that names it and the remedy."""


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding white space, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int, least: int = 0, most: int = 1_000_000) -> int:
    """Return a whole number from `least` to `most`."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal()) or not least <= int(value) <= most:
        raise BadEnvironment(f"{name}={value} is not a whole number from {least} to {most}; correct or unset it.")
    return int(value)


def flag(name: str) -> bool:
    """Return whether the variable says yes: 1, true, yes or on."""
    value = text(name, "0").lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise BadEnvironment(f"{name}={value} is neither 1 nor 0; correct or unset it.")
    return value in {"1", "true", "yes", "on"}


def data_folder() -> Path:
    """Return where this copy keeps its data: `DATA`, by default `.lodestar` beside manage.py."""
    return Path(text("DATA", str(ROOT / ".lodestar"))).expanduser().absolute()


def base_url(default: str) -> str:
    """Return `BASE_URL`, the address that people and mails use, without a slash at the end."""
    value = text("BASE_URL", default).rstrip("/")
    parts = _split("BASE_URL", value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise BadEnvironment(f"BASE_URL={value} must look like https://roadmap.example.com; correct or unset it.")
    return value


def allowed_hosts(address: str) -> list[str]:
    """Return the host names answered: `ALLOWED_HOSTS` or that of `BASE_URL`, and the loopback of health checks."""
    named = text("ALLOWED_HOSTS", urlsplit(address).hostname or "").split(",")
    return list(dict.fromkeys([host.strip() for host in named if host.strip()] + list(LOOPBACK)))


def valkey_url(default: str) -> str:
    """Return `VALKEY_URL` with a scheme that every client knows; valkey:// is the same as redis://."""
    value = text("VALKEY_URL", default)
    scheme, separator, rest = value.partition("://")
    if scheme not in VALKEY_SCHEMES or not separator or not rest:
        raise BadEnvironment("VALKEY_URL must look like redis://:password@host:port/0; correct or unset it.")
    return f"{VALKEY_SCHEMES[scheme]}://{rest}"


def smtp_url() -> str:
    """Return `SMTP_URL`, or nothing: then mail stays in the mailbox page."""
    value = text("SMTP_URL")
    if value and (_split("SMTP_URL", value).scheme not in SMTP_SCHEMES or not urlsplit(value).hostname):
        raise BadEnvironment("SMTP_URL must look like smtp+starttls://user:password@host:587; correct or unset it.")
    return value


def mail_provider() -> tuple[str, dict[str, str]]:
    """Return `MAIL_PROVIDER` and django-anymail's settings for it: its keys, and what its webhooks sign in with.

    `MAIL_PROVIDER_KEYS` is written as the query of an address: `api_key=...&sender_domain=...`, parts percent-encoded.
    """
    name, secret = text("MAIL_PROVIDER").lower(), text("MAIL_PROVIDER_SECRET")
    if not name:
        return "", {}
    if name not in PROVIDERS:
        raise BadEnvironment(f"MAIL_PROVIDER={name} is none of {', '.join(PROVIDERS)}; correct or unset it.")
    if text("SMTP_URL"):
        raise BadEnvironment("MAIL_PROVIDER and SMTP_URL are both set, and a mail goes one way; unset one of them.")
    keys = {key.lower(): value for key, value in parse_qsl(text("MAIL_PROVIDER_KEYS").replace("+", "%2B"))}
    missing = [key for key in PROVIDERS[name] if not keys.get(key)]
    if missing:
        raise BadEnvironment(f"MAIL_PROVIDER_KEYS must hold {missing[0]}=... for {name}; correct it.")
    if secret and not SECRET_OF_PROVIDER.fullmatch(secret):
        raise BadEnvironment("MAIL_PROVIDER_SECRET must be 20 letters and digits or more; correct or unset it.")
    settings = {f"{name}_{key}".upper(): value for key, value in keys.items()}
    return name, settings | ({"WEBHOOK_SECRET": f"lodestar:{secret}"} if secret else {})


def database_settings(url: str) -> dict[str, Any]:
    """Return Django's DATABASES entry of `postgres://user:password@host:port/name?option=value`.

    Every part may be percent-encoded. A Unix socket's folder is given as `?host=/folder`; the other options go to
    libpq (`sslmode`, `application_name`, ...).
    """
    parts = _split("DATABASE_URL", url)
    name = unquote(parts.path.strip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise BadEnvironment("DATABASE_URL must look like postgres://user:password@host:port/name; correct or unset it.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Statements are prepared from the third time on: planning a page's queries costs as much as running them.
        "OPTIONS": {"connect_timeout": 5, "server_side_binding": True, "prepare_threshold": 2, **options},
    }


def _split(name: str, value: str) -> SplitResult:
    """Split an address, refusing one that is no address at all, such as a port of 70000."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise BadEnvironment(f"{name} is not an address ({error}); correct or unset it.") from None
    return parts
