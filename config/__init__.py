"""Wires everything: settings, addresses, serving, background work, and the services of a machine without any."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
