"""Where the servers of one data folder live, and as whom they run.

An ordinary user's servers run in place. PostgreSQL refuses to run as root, so root's servers run as an unprivileged user,
who must be able to read the programs and to reach the data. Where it cannot (the copy stands in a folder that only root may
enter), both get a folder of their own under /var/lib, which the data folder remembers. Nobody's permissions are changed.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config.embedded.process import Account, ServiceFailed

REMEMBERED = "servers-are-in"
ROOTS_HOMES = Path("/var/lib/lodestar")
UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Home:
    """A data folder, the folder its servers keep their files in, and the user they run as (None: ourselves)."""

    data: Path
    folder: Path
    account: Account | None

    def make_private(self, name: str) -> Path:
        """Return the folder of this name, which only the servers' user may enter."""
        path = self.folder / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.give(path)
        return path

    def write_private(self, path: Path, content: str) -> Path:
        """Write a file that only the servers' user may read."""
        write_secret(path, content)
        self.give(path)
        return path

    def give(self, path: Path) -> None:
        """Make the servers' user the owner."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def program(self, package: str, inside: str) -> Path:
        """Return a program of an installed wheel, at a place where the servers' user can run it."""
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise ServiceFailed(f"The package {package} is not installed; run `make setup`, or set DATABASE_URL and VALKEY_URL.")
        source = Path(spec.submodule_search_locations[0])
        if self.account is None or _can(self.account, [str(source / inside), "--version"]):
            return source / inside
        return self._copy(source) / inside

    def _copy(self, source: Path) -> Path:
        """Copy a package and the libraries beside it (their relative place is linked in), once."""
        target = self.folder / "programs" / source.name
        if not target.exists():
            unfinished = target.with_name(f"{source.name}.{os.getpid()}")
            shutil.copytree(source, unfinished, symlinks=True)
            libraries = source.with_name(f"{source.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, target.with_name(libraries.name), symlinks=True, dirs_exist_ok=True)
            unfinished.rename(target)
        return target


def settle(data: Path) -> Home:
    """Return the home of this data folder, making what is missing.

    :raises ServiceFailed: The folder cannot be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not os.access(data, os.W_OK | os.X_OK):
            raise PermissionError(f"{data} is not ours to write")
    except OSError as error:
        raise ServiceFailed(f"DATA={data} cannot be used: {error}. Give another folder with DATA=.") from None
    if os.geteuid() != 0:
        return Home(data, data, None)
    account = _unprivileged(data)
    return Home(data, _reachable(data, account), account)


def remove(data: Path) -> None:
    """Delete a data folder and what it remembers to have elsewhere; for trials and tests."""
    remembered = data / REMEMBERED
    if remembered.exists():
        shutil.rmtree(remembered.read_text().strip(), ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


def secret(data: Path, name: str) -> str:
    """Return a random text kept in the data folder, readable by its owner alone; made at the first call."""
    path = data / name
    if not path.exists() or not path.read_text().strip():
        data.mkdir(parents=True, exist_ok=True)
        write_secret(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def write_secret(path: Path, content: str) -> None:
    """Replace a file at once, with the mode 600 from its first byte on."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    unfinished.rename(path)


def _unprivileged(data: Path) -> Account:
    """Return the user of root's servers: the owner of a cluster that is there already, else a user of the system."""
    cluster = data / "postgres"
    if cluster.exists() and cluster.stat().st_uid != 0:
        return Account(cluster.stat().st_uid, cluster.stat().st_gid)
    for name in UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise ServiceFailed("PostgreSQL does not run as root, and there is no user nobody; run this as an ordinary user.")


def _reachable(data: Path, account: Account) -> Path:
    """Return a folder that this user can enter: the data folder, or one of its own that is remembered there."""
    remembered = data / REMEMBERED
    if remembered.exists():
        folder = Path(remembered.read_text().strip())
    elif _can(account, ["/bin/sh", "-c", 'cd "$0"', str(data)]):
        return data
    else:
        folder = ROOTS_HOMES / secrets.token_hex(8)
        remembered.write_text(f"{folder}\n")
    for path in (ROOTS_HOMES, folder):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)  # ours, made here: whatever the umask says
    return folder


def _can(account: Account, command: list[str]) -> bool:
    """Return whether this user can run that; tried rather than computed from modes."""
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, stdin=quiet, stdout=quiet, stderr=quiet, cwd="/", check=False, timeout=20, **account.popen()
        )
    except OSError:
        return False
    return done.returncode == 0
