"""What lasts until the change stream touches it: each process follows the stream and keeps what it made of rows meanwhile.

Whatever is made of objects of certain kinds stays true until a change touches one of them. So a page after an edit makes
anew only what the edit touched. Nothing is kept that says who may do what, and nothing longer than ten minutes.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

from apps.core.models import Change
from apps.core.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet

MANY = 100  # changes; after more of them everything counts as touched
LONGEST = 600  # seconds; then too, for what is written past the actions
KEPT = 2_000  # things of a process, of some kilobytes at the most
STREAMS = 200


class Workspace(Protocol):
    """A workspace as it was read for the request: with the number of its newest change."""

    pk: UUID
    seq: int


@dataclass(slots=True)
class _Stream:
    """From and up to which change a workspace's stream was followed, and which was the last to touch each kind of object."""

    first: int
    seq: int
    began: float = field(default_factory=time.monotonic)
    number: int = field(default_factory=itertools.count().__next__)
    last: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


_streams: OrderedDict[UUID, _Stream] = OrderedDict()
_kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = threading.Lock()


@prepared
def _after(workspace_id: UUID, seq: int) -> QuerySet[Change]:
    return Change.objects.filter(workspace_id=workspace_id, seq__gt=seq).order_by("seq")


def changes_after(workspace: Workspace, seq: int) -> list[Change] | None:
    """Return what happened in a workspace after the change of a number, or None where that is too much or too long ago."""
    stream = _followed(workspace)
    return [change for change in stream.changes if change.seq > seq] if stream.first <= seq else None


def lasting[T](workspace: Workspace, kinds: tuple[str, ...], key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """Return what `make` makes, made anew once a change touched an object of one of the kinds.

    A kind is the beginning of a model's label, as in `vision.` or `roadmap.item`; `key` is all else on which the value
    depends, and must not be changed by who gets it.
    """
    whole = (workspace.pk, kinds, _touched(workspace, kinds), *key)
    try:
        return cast("T", _kept[whole])
    except KeyError:
        made = make()
    with _lock:
        _kept[whole] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def forget() -> None:
    """Keep nothing, as after writing past the actions."""
    _streams.clear()
    _kept.clear()


def _touched(workspace: Workspace, kinds: tuple[str, ...]) -> tuple[int, int]:
    """Return which following it is, and the number of the last change that touched one of the kinds."""
    stream = _followed(workspace)
    return stream.number, max((seq for kind, seq in stream.last.items() if kind.startswith(kinds)), default=0)


def _followed(workspace: Workspace) -> _Stream:
    stream = _streams.get(workspace.pk)
    if stream and workspace.seq <= stream.seq and time.monotonic() - stream.began < LONGEST:
        return stream
    stream = _on(workspace, stream) if stream else None
    stream = stream or _Stream(workspace.seq, workspace.seq)
    with _lock:
        _streams[workspace.pk] = stream
        while len(_streams) > STREAMS:
            _streams.popitem(last=False)
    return stream


def _on(workspace: Workspace, stream: _Stream) -> _Stream | None:
    """Return the stream followed on, or None where following has to begin anew."""
    if time.monotonic() - stream.began >= LONGEST or workspace.seq - stream.first > MANY:
        return None
    new = _after.all(workspace.pk, stream.seq)
    last = stream.last | {kind: change.seq for change in new for kind, *_ in change.entries()}
    seq = max(workspace.seq, new[-1].seq if new else 0)
    return _Stream(stream.first, seq, stream.began, stream.number, last, [*stream.changes, *new])
