"""A review walked by two people at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from playwright.sync_api import APIResponse, Route, expect

from apps.roadmap.actions import create_item
from apps.stakeholders.actions import plan_review, review_item
from apps.stakeholders.models import ReviewedItem
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_anothers_verdict_appears_and_the_words_being_typed_stay(site: Site, room: Room) -> None:
    first, second = (create_item(room.actor(), room.product, title=title) for title in ("Search", "Index"))
    review = plan_review(room.actor(), room.product, title="Spring", due_on=date(2030, 3, 1))
    jun = site.sign_in(room, "editor")
    jun.goto(reverse("stakeholders:review", args=[room.workspace.slug, review.pk]))
    word, notes = jun.locator("#walk textarea"), jun.locator("#review textarea[name=notes]")
    expect(jun.locator("#walk-title")).to_have_text("Search")
    notes.fill("Nearly through.")
    word.fill("Still right")
    review_item(room.actor("owner"), review, item=second, verdict="drop", note="No.")
    expect(jun.locator(f"#stale-{second.pk}")).to_contain_text("Drop", timeout=3_000)
    expect(word).to_have_value("Still right")
    expect(word).to_be_focused()
    review_item(room.actor("owner"), review, item=first, verdict="keep")
    expect(jun.locator(f"#stale-{first.pk}")).to_contain_text("Keep", timeout=3_000)
    expect(jun.locator("#walk-title")).to_have_text("Search")
    expect(word).to_have_value("Still right")
    expect(notes).to_have_value("Nearly through.")
    assert site.complaints == []


def test_the_walk_by_keys_alone(site: Site, room: Room) -> None:
    one, two, three = (create_item(room.actor(), room.product, title=title) for title in ("One", "Two", "Three"))
    review = plan_review(room.actor(), room.product, title="Spring", due_on=date(2030, 3, 1))
    jun = site.sign_in(room, "editor")
    jun.goto(reverse("stakeholders:review", args=[room.workspace.slug, review.pk]))
    title = jun.locator("#walk-title")
    at_rest(jun).keyboard.press("k")
    expect(title).to_have_text("Two")
    at_rest(jun).keyboard.press("ArrowRight")
    expect(title).to_have_text("Three")
    at_rest(jun).keyboard.press("ArrowLeft")
    expect(title).to_have_text("Two")
    at_rest(jun).keyboard.press("d")
    expect(jun.locator("#walk textarea")).to_be_focused()
    jun.keyboard.type("Nobody asks for it.")
    jun.keyboard.press("Control+Enter")
    expect(title).to_have_text("Three")
    at_rest(jun).keyboard.press("c")
    expect(jun.locator("#walk [role=status]")).to_have_text("3 of 3, all looked at")
    said = {each.item_id: (each.verdict, each.note) for each in ReviewedItem.objects.all()}
    assert said == {one.pk: ("keep", ""), two.pk: ("drop", "Nobody asks for it."), three.pk: ("change", "")}
    assert site.complaints == []


def test_a_drawing_asked_for_before_ones_own_answer_takes_nothing_back(site: Site, room: Room) -> None:
    for title in ("One", "Two"):
        create_item(room.actor(), room.product, title=title)
    review = plan_review(room.actor(), room.product, title="Spring", due_on=date(2030, 3, 1))
    jun = site.sign_in(room, "editor")
    jun.goto(reverse("stakeholders:review", args=[room.workspace.slug, review.pk]))
    answers: dict[str, tuple[Route, APIResponse]] = {}

    def hold(route: Route) -> None:
        """Hold back the answer to the verdict, and the first drawing that the change asks for."""
        method = route.request.method
        if method in answers:
            route.continue_()
        else:
            answers[method] = route, route.fetch()

    at_rest(jun).route("**/reviews/**", hold)
    jun.keyboard.press("k")
    while len(answers) < 2:
        jun.wait_for_timeout(50)
    for method in ("POST", "GET"):
        route, answer = answers[method]
        route.fulfill(response=answer)
        expect(jun.locator("#walk-title")).to_have_text("Two")
        jun.wait_for_timeout(500)
    expect(jun.locator("#walk [role=status]")).to_have_text("2 of 2, 1 to go")
    expect(jun.locator("#walk-title")).to_have_text("Two")


def test_a_question_is_settled_and_the_review_closed_by_keys_alone(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Search")
    review = plan_review(room.actor(), room.product, title="Spring", due_on=date(2030, 3, 1), attendees=[room.editor])
    jun = site.sign_in(room, "editor", permissions=["clipboard-read", "clipboard-write"])
    jun.goto(reverse("stakeholders:review", args=[room.workspace.slug, review.pk]))
    at_rest(jun).keyboard.press("k")
    expect(jun.locator("#walk [role=status]")).to_have_text("1 of 1, all looked at")
    at_rest(jun).locator("#settled ~ a").focus()
    jun.keyboard.press("Enter")
    expect(jun.get_by_label("The question")).to_be_visible()
    for label, words in (("The question", "On-premises?"), ("What was settled", "No."), ("Why", "Nobody asked.")):
        jun.get_by_label(label).focus()
        jun.keyboard.type(words)
    jun.get_by_role("dialog").get_by_role("button", name="Put it on record").focus()
    jun.keyboard.press("Enter")
    expect(jun.locator(".decision h3")).to_have_text("On-premises?")
    notes = at_rest(jun).locator("#review textarea[name=notes]")
    notes.focus()
    jun.keyboard.type("All kept.")
    jun.keyboard.press("Tab")
    jun.keyboard.press("Enter")
    expect(jun.get_by_role("heading", name="Kept 1")).to_be_visible()
    expect(jun.locator(".decision h3")).to_have_text("On-premises?")
    at_rest(jun).get_by_role("button", name="Copy as text").focus()
    jun.keyboard.press("Enter")
    expect(jun.locator("#toasts")).to_contain_text("Copied.")
    copied = jun.evaluate("() => navigator.clipboard.readText()")
    for words in ("Present: Editor of Harbor", "All kept.", "- Search (Editor of Harbor)", "Because: Nobody asked."):
        assert words in copied
    assert site.complaints == []


def test_an_edit_of_its_title_keeps_the_day(site: Site, room: Room) -> None:
    review = plan_review(room.actor(), room.product, title="Spring", due_on=date(2030, 3, 1))
    jun = site.sign_in(room, "editor")
    jun.goto(reverse("stakeholders:review", args=[room.workspace.slug, review.pk]))
    at_rest(jun).get_by_role("link", name="Edit", exact=True).click()
    expect(jun.locator("#dialog input[name=due_on]")).to_have_value("2030-03-01")
    jun.get_by_label("Title").fill("Summer")
    jun.get_by_role("checkbox", name="Viewer of Harbor").check()
    jun.get_by_role("button", name="Save").click()
    expect(jun.get_by_role("heading", name="Summer", level=1)).to_be_visible()
    expect(jun.get_by_role("group", name="Who takes part")).to_contain_text("Viewer of Harbor")
    review.refresh_from_db()
    assert review.due_on == date(2030, 3, 1)
