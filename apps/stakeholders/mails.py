"""The mails of this app: digests and review reminders, in HTML and text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import css_inline
import mrml
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.letters import Letter, Sheet, place
from apps.core.models import Mail
from apps.core.outbox import KINDS, Kind, of_this_round
from apps.core.prepared import prepared
from apps.core.reading import plain
from apps.stakeholders import digests, drawing, queries, reminders
from apps.stakeholders.actions.consent import CONFIRMATION
from apps.stakeholders.links import link_to
from apps.stakeholders.models import Review, ReviewState, Subscription
from apps.stakeholders.rounds import Round
from apps.stakeholders.staleness import freshness
from apps.stakeholders.templatetags.mail import freshness as freshness_words
from apps.stakeholders.templatetags.mail import rhythm

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.db.models import QuerySet

PICTURE = "timeline@lodestar"  # the Content-ID of a digest's picture
SECTIONS = {
    "told": (_("Changes to what we told you"), ("moved", "status", "renamed", "goal")),
    "dropped": (_("No longer planned"), ("dropped",)),
    "shipped": (_("Shipped"), ("shipped",)),
    "new": (_("New on the roadmap"), ("new",)),
}


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def to_html(template: str, context: dict[str, Any]) -> str:
    """Return the HTML of an MJML template, styles inlined; nothing in it is fetched from anywhere."""
    output = mrml.to_html(render_to_string(template, context))
    return _inliner().inline(output.content if hasattr(output, "content") else str(output))


def render_digest(mail: Mail) -> Letter | None:
    """Return the digest as of now, or None when there is nothing new to tell or nobody to tell it to."""
    subscription = _open_subscription(mail)
    if subscription is None:
        return None
    with override(subscription.stakeholder.language):
        return _digest(mail, subscription)


def _digest(mail: Mail, subscription: Subscription) -> Letter | None:
    """Return the digest in the language that is spoken."""
    reviewed: datetime | None = subscription.reviewed_at  # type: ignore[attr-defined]  # of the query
    moment, period, this = digests.as_of(mail), date.fromisoformat(mail.payload["period"]), of_this_round(Round)
    known = this.know(subscription)
    if digests.was_told_that_day(subscription, known.last, moment):
        return None
    composed, since = this.compose(subscription, known)
    if not composed.is_worth_a_mail(subscription):
        return None
    mail.keep = digests.keep(composed, subscription, period, moment)
    if mail.payload["as_of"]:
        mail.sent_at = moment
    context = {
        "product": subscription.product.name,
        "audience": subscription.audience.name,
        "word": subscription.audience.digest_word,
        "since": since and timezone.localdate(since),
        "rhythm": rhythm(subscription),
        "reviewed": freshness_words(reviewed, moment),
    }
    key = (composed, subscription.audience_id, *context.values())
    unsubscribe = digests.unsubscribe_link(subscription)
    return Letter(
        this.sheet(key, lambda: _sheet(subscription.audience_id, composed, context)),
        mail.recipient,
        {
            "name": subscription.stakeholder.name, "reader": digests.reader_link(subscription),
            "own": link_to(subscription, "own"), "unsubscribe": unsubscribe,
        },
        {"List-Unsubscribe": f"<{unsubscribe}>"},
    )  # fmt: skip


def _sheet(audience: UUID, composed: digests.Composed, context: dict[str, Any]) -> Sheet:
    """Write what everybody gets who hears the same; `context` holds no word that is one reader's own."""
    rows = drawing.rows_of(composed)
    places = {name: place(name) for name in ("name", "reader", "own", "unsubscribe")}
    context |= {"composed": composed, "sections": sections(composed), **places}
    context |= {"picture": PICTURE if rows else "", "picture_words": drawing.in_words(rows)}
    headers = _headers() | {
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"{plain(context['audience'])} <{audience}.{_host()}>",
        "Precedence": "bulk",
    }
    subject, text = plain(composed.headline.rstrip(".")), render_to_string("stakeholders/mail/digest.txt", context).strip()
    html, picture = to_html("stakeholders/mail/digest.mjml", context), drawing.png_of(rows) if rows else b""
    return Sheet(subject, settings.DEFAULT_FROM_EMAIL, headers, f"{text}\n", html, picture, PICTURE)


def _headers() -> dict[str, str]:
    """Return the headers of each mail of ours."""
    return {
        "Content-Language": get_language() or "", "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"
    }  # fmt: skip


def _open_subscription(mail: Mail) -> Subscription | None:
    """Return whom the digest is for, or None when they left or paused, or nobody is to be told any more."""
    subscription = _following.first(UUID(mail.payload["subscription"]), digests.as_of(mail))
    if subscription and subscription.is_paused(date.fromisoformat(mail.payload["period"])):
        return None
    return subscription


@prepared
def _following(subscription: UUID, moment: datetime) -> QuerySet[Subscription]:
    found = Subscription.objects.select_related("stakeholder", "audience", "product")
    return found.annotate(reviewed_at=queries.reviewed_before(moment)).filter(
        pk=subscription,
        ended_at=None,
        confirmed_at__isnull=False,
        stakeholder__unreachable_at=None,
        stakeholder__archived_at=None,
        audience__archived_at=None,
    )


def sections(composed: digests.Composed) -> list[tuple[Any, list[Any]]]:
    """Return the titled groups of lines, those with something in them."""
    grouped = [(title, [line for line in composed.lines if line.kind in kinds]) for title, kinds in SECTIONS.values()]
    return [(title, lines) for title, lines in grouped if lines]


def render_confirmation(mail: Mail) -> EmailMessage | None:
    """Return the mail that asks somebody outside for their yes, or None when there is nothing to say yes to any more."""
    subscription = _unanswered(mail)
    if subscription is None:
        return None
    host = plain(subscription.workspace.name)
    context = {"subscription": subscription, "host": host, "confirm": link_to(subscription, "confirm")}
    with override(subscription.stakeholder.language):
        subject = gettext("Do you want to hear how %(product)s goes on?") % {"product": plain(subscription.product.name)}
        return _message(mail, subject, "stakeholders/mail/confirmation", context)


def _unanswered(mail: Mail) -> Subscription | None:
    """Return the subscription that waits for its reader's yes, as long as it does, at that address."""
    found = Subscription.objects.select_related("stakeholder", "audience", "product", "workspace")
    waiting = found.filter(
        confirmed_at=None, ended_at=None, stakeholder__archived_at=None, stakeholder__unreachable_at=None,
        stakeholder__email=mail.recipient,
    )  # fmt: skip
    subscription: Subscription | None = waiting.filter(pk=mail.payload["subscription"]).first()
    return subscription


def render_reminder(mail: Mail) -> EmailMessage | None:
    """Return the reminder of a review, or None when it was held, called off or moved to another day meanwhile."""
    review = _awaited_review(mail)
    if review is None:
        return None
    link = settings.BASE_URL + reverse("stakeholders:review", args=[review.workspace.slug, review.pk])
    stale = freshness(review.product, review.due_on + timedelta(days=mail.payload.get("days", 0))).stale
    with override(review.language or settings.LANGUAGE_CODE):  # type: ignore[attr-defined]  # annotated
        words = reminder_words(review, mail.payload["step"], mail.payload.get("days", 0))
        context = {"review": review, "words": words, "link": link, "stale": stale}
        return _message(mail, words, "stakeholders/mail/reminder", context)


def reminder_words(review: Review, step: str, days: int) -> str:
    """Return what a reminder says of a review."""
    steps = {
        "before": gettext("%(review)s is in two days"),
        "on": gettext("%(review)s is today"),
        "after": gettext("%(review)s was due two days ago"),
    }
    overdue = ngettext("%(review)s is %(days)d day overdue", "%(review)s is %(days)d days overdue", days)
    return (steps.get(step) or overdue) % {"review": review.title, "days": days}


def _awaited_review(mail: Mail) -> Review | None:
    """Return what the reminder is of, as long as it is planned for that day, with the language of whoever it is for."""
    spoken = User.objects.filter(pk=mail.payload["user"]).values("language")
    found = Review.objects.select_related("product", "workspace").annotate(language=Subquery(spoken))
    found = found.filter(pk=UUID(mail.payload["review"]))
    review: Review | None = found.filter(state=ReviewState.PLANNED, due_on=mail.payload["due_on"]).first()
    return review


def _message(mail: Mail, subject: str, template: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        plain(subject), render_to_string(f"{template}.txt", context).strip() + "\n", settings.DEFAULT_FROM_EMAIL, [mail.recipient]
    )
    message.attach_alternative(to_html(f"{template}.mjml", context), "text/html")
    message.extra_headers |= _headers()
    return message


def _host() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")


def _is_followed(mail: Mail) -> bool:
    return _open_subscription(mail) is not None


def _is_unanswered(mail: Mail) -> bool:
    return _unanswered(mail) is not None


def _is_awaited(mail: Mail) -> bool:
    return _awaited_review(mail) is not None


KINDS[digests.KIND] = Kind(
    render=render_digest, ended=digests.ended, complained=digests.complained, wanted=_is_followed, hold=True
)
KINDS[reminders.KIND] = Kind(render=render_reminder, wanted=_is_awaited)
KINDS[CONFIRMATION] = Kind(
    render=render_confirmation, ended=digests.came_back, complained=digests.complained, wanted=_is_unanswered, secret=True
)
