"""The whole way by hand: a vision changed and signed, an item planned and moved before a colleague's eyes, a digest read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.core.models import Change
from apps.roadmap.models import Item
from apps.stakeholders.actions import create_audience, create_stakeholder, subscribe
from apps.stakeholders.models import Subscription
from apps.stakeholders.tasks import send_due_at
from apps.vision.actions import create_goal
from tests.browser.conftest import lies, wait_until_right_of

if TYPE_CHECKING:
    from apps.accounts.models import User
    from tests.browser.conftest import Site
    from tests.people import Room

STATEMENT = "Every analyst answers their own question in under a minute."


def write_the_vision(page: Page, room: Room) -> None:
    page.goto(room.path("vision/"))
    page.get_by_role("link", name="Write it").click()
    page.get_by_label("Statement").fill(STATEMENT)
    page.get_by_label("Whom it serves").fill("Analysts who wait days for the data team.")
    page.get_by_label("What it is for").fill("Questions asked in plain words.")
    page.get_by_label("What it is worth").fill("Decisions the same day.")
    for person in (room.editor, room.owner):
        page.get_by_role("checkbox", name=person.name).check()
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("heading", name=STATEMENT)).to_be_visible()


def sign(page: Page, room: Room) -> None:
    page.goto(room.path("vision/"))
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()


def plan_an_item(page: Page, room: Room) -> Item:
    page.goto(room.path("roadmap/"))
    page.get_by_role("link", name="New item").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Natural-language query")
    dialog.get_by_label("Goal").select_option(label="Answers in a minute")
    dialog.get_by_label("Start").fill(str(timezone.localdate() + timedelta(days=5)))
    dialog.get_by_label("End").fill(str(timezone.localdate() + timedelta(days=65)))
    dialog.get_by_role("button", name="Add item").click()
    expect(page.locator(".lane").filter(has_text="Answers in a minute").locator(".bar")).to_be_visible()
    item: Item = Item.objects.get()
    return item


def drag_while_watched(page: Page, watcher: Page, item: Item) -> None:
    bar = f".bar[data-item='{item.number}']"
    before = lies(watcher.locator(bar))["x"]
    box = lies(page.locator(bar))
    page.mouse.move(box["x"] + 60, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 12, steps=3)
    page.mouse.move(box["x"] + 160, box["y"] + 12, steps=5)
    page.mouse.up()
    wait_until_right_of(watcher, bar, before + 70)


def say_yes(maya: Page, outsider: Page) -> None:
    """Confirm a subscription as the person who got the mail that asks."""
    maya.goto("/mailbox/")
    maya.get_by_role("link", name="Do you want to hear").first.click()
    outsider.goto(maya.frame_locator("iframe").get_by_role("link", name="Say yes").get_attribute("href"))
    assert Subscription.objects.get().confirmed_at is None
    outsider.get_by_role("button", name="Yes, write to me").click()
    expect(outsider.get_by_text("Thank you. You get these mails from now on")).to_be_visible()


def sign_in(page: Page, person: User) -> Page:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    return page


def test_the_whole_way_by_hand(site: Site, room: Room) -> None:
    maya, jun = sign_in(site.page(), room.editor), sign_in(site.page(), room.owner)
    write_the_vision(maya, room)
    sign(maya, room)
    sign(jun, room)
    expect(jun.get_by_text("by 2 of 2")).to_be_visible()

    create_goal(room.actor(), room.product, name="Answers in a minute", weight=45, serves=STATEMENT)
    item = plan_an_item(maya, room)
    acme = create_stakeholder(room.actor(), room.workspace, name="Acme", email="acme@customer.test")
    audience = create_audience(room.actor(), room.product, name="Customers", precision="month")
    subscribe(room.actor(), audience, stakeholder=acme, frequency="daily", hour=0)
    tomorrow = timezone.now() + timedelta(days=1)
    assert send_due_at(tomorrow) == 0  # somebody outside is asked first
    say_yes(maya, site.page())
    assert send_due_at(tomorrow) == 1
    maya.goto(room.path("roadmap/"))
    jun.goto(room.path("roadmap/"))
    drag_while_watched(maya, jun, item)

    boss = site.sign_in(room, "viewer")
    for room_path in ("vision/", "roadmap/", "roadmap/?view=board", "milestones/", f"items/{item.number}/"):
        boss.goto(room.path(room_path))
        own = ":not([action$='/follow/']):not([action$='/views/'])"  # what one follows is one's own
        expect(boss.locator(f"main form[method=post]{own}")).to_have_count(0)
    assert Change.objects.filter(actor=room.viewer).count() == 0

    assert send_due_at(tomorrow + timedelta(days=1)) == 1
    maya.goto("/mailbox/")
    maya.get_by_role("link", name="One date you were given has moved").first.click()
    mail = maya.frame_locator("iframe")
    expect(mail.get_by_text("You were told")).to_be_visible()
    expect(mail.get_by_text("Serves: Answers in a minute")).to_be_visible()

    outsider = site.page()
    outsider.goto(mail.get_by_role("link", name="See the roadmap").get_attribute("href"))
    expect(outsider.get_by_text("Natural-language query")).to_be_visible()
    outsider.goto(mail.get_by_role("link", name="Stop these mails").get_attribute("href"))
    assert Subscription.objects.get().ended_at is None
    outsider.get_by_role("button", name="Stop them").click()
    expect(outsider.get_by_role("heading", name="You get no more of these mails")).to_be_visible()
    assert Subscription.objects.get().ended_by == "Acme"
