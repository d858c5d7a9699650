"""Every variable is read as its documentation says, or refused in one line that names it."""

from __future__ import annotations

from pathlib import Path

import anymail
import pytest

from config import variables


def test_a_database_address_in_full():
    found = variables.database_settings("postgres://an%40n:p%2Fw%3A@db.example:6432/road%20map?sslmode=require")
    assert (found["USER"], found["PASSWORD"]) == ("an@n", "p/w:")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "road map")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)


def test_a_database_on_a_socket():
    found = variables.database_settings("postgresql://ann@/lodestar?host=/run/postgresql")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/postgresql", "", "lodestar")
    assert "host" not in found["OPTIONS"]


@pytest.mark.parametrize("url", ["mysql://h/n", "postgres://h", "lodestar", "postgres://h:70000/n", "postgres://[h/n"])
def test_no_database_address(url):
    with pytest.raises(variables.BadEnvironment, match=r"^DATABASE_URL .*correct or unset it\.$"):
        variables.database_settings(url)


@pytest.mark.parametrize("value", ["0", "x", "-1", "1.5", "65536", "٣"])
def test_no_number(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(variables.BadEnvironment, match=r"^PORT=.* from 1 to 65535; correct or unset it\.$"):
        variables.number("PORT", 8000, 1, 65_535)


def test_a_number_is_given_or_its_default(monkeypatch):
    monkeypatch.setenv("PORT", " 8080 ")
    assert variables.number("PORT", 8000) == 8080
    monkeypatch.setenv("PORT", "")
    assert variables.number("PORT", 8000) == 8000


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("0", False), ("", False), ("off", False)])
def test_a_flag(monkeypatch, value, expected):
    monkeypatch.setenv("LODESTAR_DEMO", value)
    assert variables.flag("LODESTAR_DEMO") is expected


def test_no_flag(monkeypatch):
    monkeypatch.setenv("LODESTAR_DEMO", "perhaps")
    with pytest.raises(variables.BadEnvironment, match="LODESTAR_DEMO=perhaps"):
        variables.flag("LODESTAR_DEMO")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("valkey://:s@h:1/2", "redis://:s@h:1/2"),
        ("valkeys://h", "rediss://h"),
        ("redis://h:1/0", "redis://h:1/0"),
        ("unix:///run/valkey.sock", "unix:///run/valkey.sock"),
    ],
)
def test_any_redis_compatible_server(monkeypatch, given, read):
    monkeypatch.setenv("VALKEY_URL", given)
    assert variables.valkey_url("") == read


@pytest.mark.parametrize("value", ["http://h", "h:6379", "redis://"])
def test_no_valkey_address(monkeypatch, value):
    monkeypatch.setenv("VALKEY_URL", value)
    with pytest.raises(variables.BadEnvironment, match="VALKEY_URL"):
        variables.valkey_url("")


def test_health_checks_reach_every_instance(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "roadmap.example.com, www.example.com")
    assert variables.allowed_hosts("https://x.example") == ["roadmap.example.com", "www.example.com", "127.0.0.1", "localhost"]
    monkeypatch.delenv("ALLOWED_HOSTS")
    assert variables.allowed_hosts("https://x.example") == ["x.example", "127.0.0.1", "localhost"]


@pytest.mark.parametrize("value", ["roadmap.example.com", "ftp://h", "https://h/path", "https://"])
def test_no_base_url(monkeypatch, value):
    monkeypatch.setenv("BASE_URL", value)
    with pytest.raises(variables.BadEnvironment, match="BASE_URL="):
        variables.base_url("")


@pytest.mark.parametrize("value", ["mail.example.com:25", "http://h", "smtp://"])
def test_no_mail_server(monkeypatch, value):
    monkeypatch.setenv("SMTP_URL", value)
    with pytest.raises(variables.BadEnvironment, match="SMTP_URL"):
        variables.smtp_url()


@pytest.fixture
def provider(monkeypatch):
    """Set the variables of a provider of mail, all others of mail being unset."""

    def given(name="", keys="", secret="", smtp=""):
        values = {"MAIL_PROVIDER": name, "MAIL_PROVIDER_KEYS": keys, "MAIL_PROVIDER_SECRET": secret, "SMTP_URL": smtp}
        for variable, value in values.items():
            monkeypatch.setenv(variable, value)
        return variables.mail_provider()

    return given


def test_a_provider_of_mail(provider):
    assert provider() == ("", {})
    assert provider("amazon_ses") == ("amazon_ses", {})
    assert provider("Mailgun", "api_key=a+b%26c&SENDER_DOMAIN=mg.example.com", "x" * 20) == (
        "mailgun",
        {"MAILGUN_API_KEY": "a+b&c", "MAILGUN_SENDER_DOMAIN": "mg.example.com", "WEBHOOK_SECRET": "lodestar:" + "x" * 20},
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"name": "pigeon"}, "MAIL_PROVIDER=pigeon"),
        ({"name": "postmark"}, "MAIL_PROVIDER_KEYS must hold server_token="),
        ({"name": "postmark", "keys": "server_token="}, "MAIL_PROVIDER_KEYS"),
        ({"name": "postmark", "keys": "server_token=a", "smtp": "smtp://h"}, "MAIL_PROVIDER and SMTP_URL"),
        ({"name": "postmark", "keys": "server_token=a", "secret": "short"}, "MAIL_PROVIDER_SECRET"),
        ({"name": "postmark", "keys": "server_token=a", "secret": "p@ss:word/that-is-long-enough"}, "MAIL_PROVIDER_SECRET"),
    ],
)
def test_no_provider_of_mail(provider, given, named):
    with pytest.raises(variables.BadEnvironment, match=named):
        provider(**given)


@pytest.mark.parametrize("name", variables.PROVIDERS)
def test_anymail_knows_the_provider(name):
    assert (Path(anymail.__file__).parent / "backends" / f"{name}.py").exists()
    assert "TrackingWebhookView" in (Path(anymail.__file__).parent / "webhooks" / f"{name}.py").read_text()


def test_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA", str(tmp_path / "x"))
    assert variables.data_folder() == tmp_path / "x"
    monkeypatch.delenv("DATA")
    assert variables.data_folder() == variables.ROOT / ".lodestar"
