"""Front-end packages from node_modules: the few files that the pages use, served under `npm/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PREFIX = "npm"
INTER = "@fontsource-variable/inter/files/inter-{}-wght-normal.woff2"
FILES = (
    "htmx.org/dist/htmx.esm.min.js",
    "htmx.org/dist/ext/hx-sse.min.js",
    "sortablejs/modular/sortable.esm.js",
    "tinykeys/dist/tinykeys.mjs",
    *(INTER.format(script) for script in ("latin", "latin-ext", "cyrillic", "greek")),
)


class NpmFinder(BaseFinder):
    """Find the files named above and nothing else: node_modules holds thousands that no browser needs."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        self.storage = FileSystemStorage(location=settings.BASE_DIR / "node_modules")
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]  # where collectstatic and WhiteNoise put the files

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """Say what to do when the packages were not installed."""
        missing = [name for name in FILES if not self.storage.exists(name)]
        hint = "`make setup` installs them (npm ci, by the lock file)."
        return [Error(f"Front-end files are missing from node_modules: {', '.join(missing)}.", hint=hint)] if missing else []

    def find(self, path: str, find_all: bool = False, **_kwargs: object) -> Any:
        """Return the file's place on disk, or an empty list."""
        name = path.removeprefix(f"{PREFIX}/")
        if name == path or name not in FILES or not self.storage.exists(name):
            return []
        return [self.storage.path(name)] if find_all else self.storage.path(name)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield every served file's name inside node_modules, with the storage that holds it."""
        del ignore_patterns
        yield from ((name, self.storage) for name in FILES if self.storage.exists(name))
