"""Which pages there are pictures of, who looks at them, and what they did there first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User, Workspace
from apps.core.actors import Actor
from apps.core.models import Mail, MailState
from apps.roadmap.models import Item
from apps.stakeholders import actions, embedding
from apps.stakeholders.digests import reader_link, unsubscribe_link
from apps.stakeholders.links import link_to
from apps.stakeholders.models import Audience, Review, ShareLink, Stakeholder, Subscription, Webhook
from apps.vision.actions import create_product
from apps.vision.models import Product
from tests.browser.conftest import at_rest, drag, middle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page


@dataclass(frozen=True)
class State:
    """One picture: its name, the address, whose eyes (nobody's for outside pages), and what is done before it is taken."""

    name: str
    address: str
    who: str = "maya"
    do: Callable[[Page], object] = bool
    language: str = ""


def states() -> list[State]:
    """Return every state of the demo that is worth a picture."""
    workspace = Workspace.objects.get(slug="harbor")
    product = Product.objects.get(slug="platform", workspace=workspace)
    rosa = User.objects.get(email="owner@demo.test")
    actor = Actor(user=rosa, name=rosa.name)
    create_product(actor, workspace, name="Sextant", slug="sextant", key="SEX", description="Not begun yet.")
    return [*_roadmap(product), *_rooms(workspace, product), *_outside(actor, product), *_entrance()]


def _roadmap(product: Product) -> Iterator[State]:
    roadmap = reverse("roadmap:page", args=[product.workspace.slug, product.slug])
    shown = Item.objects.filter(product=product, number=12).get()
    month_ago = f"{timezone.now() - timedelta(days=40):%Y-%m-%dT%H:%M}"
    views = {
        "timeline": "?", "timeline-month": "?zoom=month", "timeline-year": "?zoom=year", "timeline-fit": "?zoom=fit",
        "timeline-by-owner": "?group=owner", "timeline-by-milestone": "?group=milestone", "timeline-filtered": "?status=planned",
        "timeline-nothing-found": "?q=nothing+has+these+words", "timeline-as-of": f"?as_of={month_ago}",
        "timeline-compared": f"?compare={month_ago}", "board": "?view=board", "board-by-status": "?view=board&group=status",
        "board-by-goal": "?view=board&group=goal", "table": "?view=table", "table-by-goal": "?view=table&group=goal",
        "matrix": "?view=matrix", "panel": f"?item={shown.number}",
    }  # fmt: skip
    yield from (State(name, roadmap + query) for name, query in views.items())
    yield State("timeline-read-only", roadmap, "exec")
    yield State("timeline-german", roadmap, language="de")
    yield State("panel-german", f"{roadmap}?item={shown.number}", language="de")
    yield State("table-german", f"{roadmap}?view=table", language="de")
    yield State("timeline-dragging", roadmap, do=_drag)
    yield State("new-item", roadmap, do=lambda page: at_rest(page).keyboard.press("c"))
    yield State("palette", roadmap, do=lambda page: at_rest(page).keyboard.press("Control+k"))
    yield State("keys", roadmap, do=lambda page: at_rest(page).keyboard.press("?"))
    yield State("empty-roadmap", reverse("roadmap:page", args=[product.workspace.slug, "sextant"]))
    yield State("item", reverse("roadmap:item", args=[product.workspace.slug, product.slug, shown.number]))
    yield State("item-edit", reverse("roadmap:edit", args=[product.workspace.slug, product.slug, shown.number]))
    for name in ("present", "alignment", "scorecards", "decisions", "archived"):
        yield State(name, reverse(f"roadmap:{name}", args=[product.workspace.slug, product.slug]))
    yield State("print", roadmap, do=lambda page: page.emulate_media(media="print"))
    yield State("portfolio", reverse("roadmap:portfolio", args=[product.workspace.slug]))


def _drag(page: Page) -> None:
    x, y = middle(at_rest(page), ".bar.now >> nth=0")
    drag(page, (x, y), (x + 120, y))


def _rooms(workspace: Workspace, product: Product) -> Iterator[State]:
    inside, ws = [workspace.slug, product.slug], [workspace.slug]
    yield State("home", reverse("accounts:home"))
    for name in ("page", "baselines"):
        yield State(f"milestones-{name}", reverse(f"milestones:{name}", args=inside))
    yield State("vision", reverse("vision:page", args=inside))
    yield State("vision-empty", reverse("vision:page", args=[workspace.slug, "sextant"]))
    for name in ("workspace", "activity", "settings", "mails"):
        yield State(name, reverse(f"accounts:{name}", args=ws), "owner")
    yield State("search", reverse("accounts:search", args=ws) + "?q=query")
    for name in ("page", "reviews", "out_of_date"):
        yield State(f"stakeholders-{name}", reverse(f"stakeholders:{name}", args=ws))
    person = Stakeholder.objects.filter(subscriptions__isnull=False).order_by("name").first()
    yield State("stakeholder", reverse("stakeholders:person", args=[*ws, person.pk]))  # type: ignore[union-attr]
    audience = Audience.objects.filter(product=product).order_by("name").first()
    for name in ("audience", "digests", "told_audience"):
        yield State(f"audience-{name}", reverse(f"stakeholders:{name}", args=[*ws, audience.pk]))  # type: ignore[union-attr]
    planned = Review.objects.filter(product=product, state="planned").first()
    held = Review.objects.filter(product=product, state="held").first()
    yield State("review-walk", reverse("stakeholders:review", args=[*ws, planned.pk]))  # type: ignore[union-attr]
    yield State("review-held", reverse("stakeholders:review", args=[*ws, held.pk]))  # type: ignore[union-attr]
    yield State("told-item", reverse("stakeholders:told_item", args=[*ws, Item.objects.get(product=product, number=12).pk]))
    yield State("mailbox", reverse("core:mailbox"), "owner")
    digest = Mail.objects.filter(kind="digest", state=MailState.SENT).order_by("-created_at").first()
    yield State("digest", reverse("core:mail_body", args=[digest.pk]), "owner")  # type: ignore[union-attr]


def _outside(actor: Actor, product: Product) -> Iterator[State]:
    audience = Audience.objects.filter(product=product, side="outside").order_by("name").first()
    assert audience
    link = actions.create_share_link(actor, audience, name="For the board")
    ShareLink.objects.filter(pk=link.pk).update(embed_origins=[settings.BASE_URL])  # a site that is here, and without TLS
    locked = actions.create_share_link(actor, audience, name="Behind a word", password="harbour-master")
    follows = Subscription.objects.filter(audience=audience, ended_at=None).select_related("stakeholder").first()
    assert follows
    yield State("share", f"/s/{link.secret}", "")
    yield State("share-german", f"/s/{link.secret}", "", language="de")
    yield State("share-password", f"/s/{locked.secret}", "")
    yield State("embed", reverse("stakeholders:verify"), "", do=lambda page: page.evaluate(_FRAME, embedding.address(link)))
    yield State("reader", _path(reader_link(follows)), "")
    yield State("own", _path(link_to(follows, "own")), "")
    yield State("unsubscribe", _path(unsubscribe_link(follows)), "")
    yield State("verify", reverse("stakeholders:verify"), "")
    yield State("share-gone", "/s/" + "n" * 43, "")
    if webhook := Webhook.objects.filter(audience__product=product).first():
        yield State("webhook", reverse("stakeholders:webhook", args=[product.workspace.slug, webhook.pk]), "owner")


_FRAME = """src => {
  const frame = Object.assign(document.createElement("iframe"), { src });
  Object.assign(frame.style, { width: "100%", height: "100vh", border: "0" });
  document.body.replaceChildren(frame);
}"""


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def _entrance() -> Iterator[State]:
    yield State("sign-in", reverse("account_login"), "")
    yield State("sign-up", reverse("account_signup"), "")
    yield State("reset", reverse("account_reset_password"), "")
    yield State("not-found", "/w/nowhere/")
