"""What tests of mails share."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage

from apps.core.outbox import KINDS, Kind


@pytest.fixture
def ends(monkeypatch) -> list[tuple[str, str]]:
    """Let there be plain mails, and return what became of them, as state and words, while they go."""
    seen: list[tuple[str, str]] = []
    kind = Kind(
        render=lambda mail: EmailMessage("Hello", "Text", "us@example.test", [mail.recipient]),
        ended=lambda mail: seen.append((mail.state, mail.error)),
        complained=lambda mail, words: seen.append(("complained", words)),
    )
    monkeypatch.setitem(KINDS, "plain", kind)
    return seen
