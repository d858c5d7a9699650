"""What is made in the background: the mail about a comment, written when it is sent, with the rights of that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from apps.accounts.models import Membership, User
from apps.core.outbox import KINDS, Kind
from apps.core.reading import plain
from apps.roadmap.models import Comment

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from apps.core.models import Mail


def wanted(mail: Mail) -> bool:
    """Say whether its reader is still a member and wants such mails."""
    mine = Membership.objects.filter(workspace=mail.workspace_id, user=mail.payload["user"], comment_mail=True)
    return mine.filter(user__is_active=True, user__email=mail.recipient).exists()


def render_comment(mail: Mail) -> EmailMessage | None:
    """Return the mail about a comment, or None where it was withdrawn or its reader may or will not have it."""
    rows = Comment.objects.select_related("item__product__workspace", "author")
    comment = rows.filter(pk=mail.payload["comment"], withdrawn_at=None).first()
    if comment is None or not wanted(mail):
        return None
    with translation.override(
        User.objects.values_list("language", flat=True).get(pk=mail.payload["user"]) or settings.LANGUAGE_CODE
    ):
        return _about(comment, mail)


def _about(comment: Comment, mail: Mail) -> EmailMessage:
    item, product = comment.item, comment.item.product
    place = [product.workspace.slug, product.slug, item.number]
    context = {
        "comment": comment,
        "who": plain(str(comment.author or gettext("Somebody"))),
        "title": plain(item.title),
        "key": item.key,
        "workspace": plain(product.workspace.name),
        "link": f"{settings.BASE_URL}{reverse('roadmap:item', args=place)}#comment-{comment.pk}",
        "choice": f"{settings.BASE_URL}{reverse('accounts:settings', args=place[:1])}#mail",
    }
    named, other = gettext("%(who)s mentioned you on %(key)s %(title)s"), gettext("%(who)s commented on %(key)s %(title)s")
    said = (named if mail.payload["named"] else other) % context
    message = EmailMultiAlternatives(
        said,
        render_to_string("roadmap/mail/comment.txt", {**context, "said": said}),
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
    )
    message.attach_alternative(render_to_string("roadmap/mail/comment.html", {**context, "said": said}), "text/html")
    return message


KINDS["comment"] = Kind(render=render_comment, wanted=wanted)
