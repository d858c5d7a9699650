"""Front-end packages from node_modules, a named few files of each."""

from __future__ import annotations

from django.contrib.staticfiles.finders import FileSystemFinder


class NpmFinder(FileSystemFinder):
    """Placeholder for the allow-list."""
