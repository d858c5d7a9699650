"""`./manage.py read_bounce < report`: a mail that came back, as a mail server pipes it in."""

from __future__ import annotations

import sys
from email import message_from_bytes
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from apps.core.returned import came_back, failure_in

TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps the report and pipes it in again
MOST = 10_000_000  # bytes


class Command(BaseCommand):
    """Read one mail and record the bounce it reports, if it reports one of ours."""

    help = "Read one mail on standard input; where it reports that a mail of ours failed (RFC 3464), record the bounce."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        failure = failure_in(message_from_bytes(sys.stdin.buffer.read(MOST)))
        try:
            new = failure is not None and came_back(*failure)
        except (InterfaceError, OperationalError) as error:
            self.stderr.write(f"The database is away: {error}")
            sys.exit(TRY_LATER)
        self.stdout.write("recorded" if new else "nothing to record")
