"""docker-compose.yml cannot be run everywhere; so each of its words is looked up where it must exist."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from config import processes, variables
from config.embedded import postgres, valkey

COMPOSE: dict[str, Any] = yaml.safe_load((variables.ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (variables.ROOT / "Dockerfile").read_text()
OURS = ("web", "worker", "beat", "migrate")
READ = re.compile(r'(?:text|number|flag)\("([A-Z_]+)"')
KNOWN = {name for file in ("config/env.py", "config/variables.py") for name in READ.findall((variables.ROOT / file).read_text())}
ENVIRONMENT = {"WEB_PROCESSES": "2", "WORKER_PROCESSES": "2", "SECRET_KEY": "k", "POSTGRES_PASSWORD": "p"}


def filled(words: str) -> str:
    """Return the text as compose would read it with only the required variables set."""
    return re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: ENVIRONMENT.get(found[1], found[2] or ""), words)


def command_of(service: str) -> list[str]:
    return shlex.split(filled(COMPOSE["services"][service]["command"]))


def test_the_services():
    assert set(COMPOSE["services"]) == {*OURS, "postgres", "valkey"}
    assert COMPOSE["services"]["postgres"]["image"] == f"postgres:{postgres.MAJOR}"
    assert COMPOSE["services"]["valkey"]["image"] == "valkey/valkey:9"


def test_the_processes_are_those_of_the_supervisor():
    assert command_of("web") == processes.web("0.0.0.0", 8000, 2)  # noqa: S104 - inside a container
    assert command_of("worker") == processes.worker(2)
    assert command_of("beat") == processes.beat("/data/beat-schedule")
    assert command_of("migrate") == processes.manage("migrate")


def test_the_image_starts_the_same_web_process():
    words = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert words
    assert yaml.safe_load(words[1]) == command_of("web")


@pytest.mark.parametrize("service", OURS)
def test_a_command_exists(service):
    program, *rest = command_of(service)
    assert (Path(sys.executable).parent / program).exists()
    if program == "python":
        assert rest[0] == "manage.py"
        assert (variables.ROOT / rest[0]).exists()
        assert rest[1] in get_commands()


@pytest.mark.parametrize("service", OURS)
def test_a_variable_is_read_by_the_settings(service):
    given = COMPOSE["services"][service]["environment"]
    assert set(given) <= KNOWN
    assert {"DATABASE_URL", "VALKEY_URL", "SECRET_KEY", "BASE_URL"} <= set(given)


def test_the_addresses_are_read(monkeypatch):
    given = COMPOSE["services"]["web"]["environment"]
    database = variables.database_settings(filled(given["DATABASE_URL"]))
    server = COMPOSE["services"][database["HOST"]]["environment"]
    assert (database["USER"], database["NAME"]) == (server["POSTGRES_USER"], server["POSTGRES_DB"])
    assert database["PASSWORD"] == filled(server["POSTGRES_PASSWORD"])
    monkeypatch.setenv("VALKEY_URL", filled(given["VALKEY_URL"]))
    assert re.match(r"redis://(\w+):6379/0$", variables.valkey_url(""))[1] in COMPOSE["services"]
    monkeypatch.setenv("BASE_URL", filled(given["BASE_URL"]))
    assert variables.base_url("") == "http://127.0.0.1:8000"


def test_secrets_have_no_default():
    given = COMPOSE["services"]["web"]["environment"]
    for value in (
        given["SECRET_KEY"],
        given["DATABASE_URL"],
        COMPOSE["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"],
    ):
        assert ":?" in value
        assert ":-" not in value


def test_every_port_is_the_one_that_is_served():
    served = command_of("web")[command_of("web").index("--port") + 1]
    assert [filled(port).rsplit(":", 1)[1] for port in COMPOSE["services"]["web"]["ports"]] == [served]
    assert f"EXPOSE {served}" in DOCKERFILE
    assert f":{served}/healthz" in " ".join(COMPOSE["services"]["web"]["healthcheck"]["test"])
    assert f":{served}/healthz" in DOCKERFILE


def test_the_servers_are_as_the_embedded_ones():
    services = COMPOSE["services"]
    assert shlex.split(services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]) == [*postgres.LOCALE[:-1], "--locale=C.UTF-8"]
    words = services["valkey"]["command"]
    for line in ("appendonly yes", 'save ""', "maxmemory-policy noeviction"):
        assert f"--{line}" in words
        assert line in valkey.CONFIGURATION.format(port=1, password="x", folder="/", durable="yes")


def test_everyone_waits_for_what_it_needs():
    for name in ("web", "worker", "beat"):
        assert COMPOSE["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    for service in COMPOSE["services"].values():
        for needed in service.get("depends_on", {}):
            assert needed in COMPOSE["services"]
    for name in ("postgres", "valkey", "web", "worker"):
        assert COMPOSE["services"][name]["healthcheck"]["test"]
    kept = {mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service.get("volumes", [])}
    assert kept == set(COMPOSE["volumes"])


def test_the_image_runs_as_nobody_special():
    stages = DOCKERFILE.split("\nFROM ")
    assert len(stages) == 4  # the words before the first one, and three
    assert "\nUSER lodestar\n" in stages[-1]
    assert "LODESTAR_COLLECTED=1" in stages[-1]
    assert "HEALTHCHECK" in stages[-1]
