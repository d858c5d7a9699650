"""The commands that Lodestar consists of. The supervisor runs them; docker-compose.yml says the same words."""

from __future__ import annotations

import sys


def web(host: str, port: int, processes: int) -> list[str]:
    """Return the server of pages, REST and live streams."""
    return [
        "uvicorn",
        "config.asgi:application",
        *("--host", host, "--port", str(port), "--workers", str(processes)),
        *("--timeout-graceful-shutdown", "5", "--no-access-log", "--no-proxy-headers", "--no-server-header"),
    ]


def worker(processes: int) -> list[str]:
    """Return the Celery worker."""
    return ["celery", "-A", "config", "worker", "--concurrency", str(processes), "--loglevel", "info"]


def beat(schedule: str) -> list[str]:
    """Return Celery's clock; the schedule is a file in which it remembers what ran last."""
    return ["celery", "-A", "config", "beat", "--schedule", schedule, "--loglevel", "info"]


def manage(*arguments: str) -> list[str]:
    """Return a management command."""
    return ["python", "manage.py", *arguments]


def in_this_environment(command: list[str]) -> list[str]:
    """Return the command for the Python that runs us, activated or not, and wherever its folder was moved."""
    program, *arguments = command
    return [sys.executable, *arguments] if program == "python" else [sys.executable, "-m", *command]
