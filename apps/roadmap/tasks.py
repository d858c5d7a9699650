"""What is made in the background: the mail about a comment, written when it is sent, with the rights of that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.models import Membership
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
    item, product = comment.item, comment.item.product
    place = [product.workspace.slug, product.slug, item.number]
    context = {
        "comment": comment,
        "who": plain(str(comment.author or "Somebody")),
        "did": "mentioned you on" if mail.payload["named"] else "commented on",
        "title": plain(item.title),
        "key": item.key,
        "workspace": plain(product.workspace.name),
        "link": f"{settings.BASE_URL}{reverse('roadmap:item', args=place)}#comment-{comment.pk}",
        "choice": f"{settings.BASE_URL}{reverse('accounts:settings', args=place[:1])}#mail",
    }
    message = EmailMultiAlternatives(
        f"{context['who']} {context['did']} {item.key} {context['title']}",
        render_to_string("roadmap/mail/comment.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
    )
    message.attach_alternative(render_to_string("roadmap/mail/comment.html", context), "text/html")
    return message


KINDS["comment"] = Kind(render=render_comment, wanted=wanted)
