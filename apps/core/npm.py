"""Front-end packages from node_modules: the few files that the pages use, served under `npm/`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Served folder: folder in node_modules, files. A folder with @ in its name would be two addresses, escaped and not.
PACKAGES = {
    "npm/htmx.org": ("htmx.org/dist", ("htmx.esm.min.js", "ext/hx-sse.min.js")),
    "npm/sortablejs": ("sortablejs/modular", ("sortable.esm.js",)),
    "npm/tinykeys": ("tinykeys/dist", ("tinykeys.mjs",)),
    "npm/inter": (
        "@fontsource-variable/inter/files",
        tuple(f"inter-{script}-wght-normal.woff2" for script in ("latin", "latin-ext", "cyrillic", "greek")),
    ),
}
# The same letters for what we draw ourselves: the drawer reads TrueType, and must not depend on the machine's own fonts.
FONTS = tuple(
    str(settings.BASE_DIR / "node_modules/@expo-google-fonts/inter" / f"{name}/Inter_{name}.ttf")
    for name in ("400Regular", "600SemiBold")
)


class NpmFinder(BaseFinder):
    """Find the files named above and nothing else: node_modules holds thousands that no browser needs."""

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        self.files: dict[str, tuple[str, FileSystemStorage]] = {}
        for prefix, (folder, names) in PACKAGES.items():
            storage = FileSystemStorage(location=settings.BASE_DIR / "node_modules" / folder)
            storage.prefix = prefix  # type: ignore[attr-defined]  # where collectstatic and WhiteNoise put its files
            self.files |= {f"{prefix}/{name}": (name, storage) for name in names}

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """Say what to do when the packages were not installed."""
        missing = [path for path, (name, storage) in self.files.items() if not storage.exists(name)]
        missing += [path for path in FONTS if not Path(path).exists()]
        hint = "Run `make setup`: it installs them by the lock file (npm ci)."
        return [Error(f"Front-end files are missing from node_modules: {', '.join(missing)}.", hint=hint)] if missing else []

    def find(self, path: str, find_all: bool = False, **_kwargs: object) -> Any:
        """Return the file's place on disk, or an empty list."""
        name, storage = self.files.get(path, ("", None))
        if storage is None or not storage.exists(name):
            return []
        return [storage.path(name)] if find_all else storage.path(name)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield every served file's name inside its folder, with the storage that holds it."""
        del ignore_patterns
        yield from ((name, storage) for name, storage in self.files.values() if storage.exists(name))
