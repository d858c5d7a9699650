"""The picture of a digest: what it shows, what it does not, how small it is, and how often it is drawn."""

from __future__ import annotations

import re
from datetime import date, timedelta
from email import message_from_bytes, policy
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from apps.core.mail import parts
from apps.stakeholders import drawing
from apps.stakeholders.digests import compose
from apps.stakeholders.drawing import Row, in_words, png_of, rows_of, svg_of
from apps.stakeholders.mails import PICTURE
from tests.stakeholders import scene
from tests.stakeholders.scene import at

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def message_of(subscription):
    return message_from_bytes(bytes(scene.mail_of(subscription).raw), policy=policy.default)


def image_of(subscription):
    return next((part for part in message_of(subscription).walk() if part.get_content_type() == "image/png"), None)


@pytest.fixture
def moved(room):
    """A reader who was told three dates, of which one moved later, one earlier, and one thing shipped."""
    made = [scene.item(room, title, end=date(2026, 4, 1)) for title in ("Late & <sure>", "Early", "Done")]
    follows = scene.follow(room)
    scene.send(at(2026, 1, 5))
    scene.move(room, made[0], date(2026, 6, 1), at(2026, 1, 6), "The parser.")
    scene.move(room, made[1], MARCH, at(2026, 1, 6))
    scene.edit(room, made[2], at(2026, 1, 6), status="shipped", shipped_on=date(2026, 1, 6))
    scene.item(room, "New", end=MAY)
    scene.item(room, "Someday", end=None)
    return follows


def test_it_has_a_bar_for_each_line_that_has_days_and_a_ghost_where_it_moved(moved):
    rows = rows_of(compose(moved))
    april = date(2026, 4, 1)
    assert [(row.title, row.first, row.was, row.tone) for row in rows] == [
        ("Late & <sure>", date(2026, 6, 1), (april, april), "later"), ("Early", MARCH, (april, april), "earlier"),
        ("Done", date(2026, 1, 6), (april, april), "earlier"), ("New", MAY, None, "plain"),
    ]  # fmt: skip
    svg = svg_of(rows)
    assert (svg.count("stroke-dasharray"), "Late &amp; &lt;sure&gt;" in svg, "<sure>" in svg) == (3, True, False)


def test_the_mail_brings_it_along_and_says_the_same_in_words(moved):
    scene.send(at(2026, 1, 7))
    image, message = image_of(moved), message_of(moved)
    assert (image["Content-ID"], image.get_content_disposition()) == (f"<{PICTURE}>", "inline")
    related = next(part for part in message.walk() if part.get_content_type() == "multipart/related")
    assert [part.get_content_type() for part in related.iter_parts()] == ["text/html", "image/png"]
    html, text = (message.get_body((kind,)).get_content() for kind in ("html", "plain"))
    [alt] = re.findall(r'<img[^>]*alt="([^"]*)"', html)
    said = unescape(alt)
    for words in (
        "Late & <sure>: was 1 April 2026, now 1 June 2026.", "Early: was 1 April 2026, now 1 March 2026.",
        "Done: was 1 April 2026, shipped 6 January 2026.", "New: 1 May 2026.",
    ):  # fmt: skip
        assert words in said
    assert ("Someday" in said, "Timeline." in text, "cid:" in text) == (False, False, False)


def test_the_mailbox_shows_it(moved):
    scene.send(at(2026, 1, 7))
    html = parts(scene.mail_of(moved))["html"]
    assert ("cid:" in html, "data:image/png;base64," in html) == (False, True)


@pytest.mark.parametrize("fields", [{"precision": "horizon"}, {"fields": ["title", "status"]}])
def test_who_is_shown_no_date_gets_no_picture(room, fields):
    scene.item(room)
    follows = scene.follow(room, scene.audience(room, **fields))
    scene.send(at(2026, 1, 5))
    assert image_of(follows) is None
    assert "cid:" not in message_of(follows).get_body(("html",)).get_content()


def test_it_is_no_finer_than_the_audience_may_see(room):
    made = scene.item(room, end=date(2026, 2, 17))
    follows = scene.follow(room, scene.audience(room, precision="quarter"))
    scene.send(at(2026, 1, 5))
    scene.move(room, made, date(2026, 5, 9), at(2026, 1, 6))
    [row] = rows_of(compose(follows))
    assert (row.first, row.last) == (date(2026, 4, 1), date(2026, 6, 30))
    assert row.was == (date(2026, 1, 1), date(2026, 3, 31))


def rows(count: int, title: str = "A title as long as titles of items are when people write them") -> list[Row]:
    day = date(2026, 1, 15)
    return [
        Row(
            f"{n} {title}", day + timedelta(days=80 * n), day + timedelta(days=80 * n + 30), (day, day + timedelta(days=90)),
            "x", ("plain", "later", "earlier")[n % 3],
        )
        for n in range(count)
    ]  # fmt: skip


def test_it_is_small_sharp_and_on_white_paper():
    png = png_of(rows(drawing.MOST))
    assert len(png) < 30_000
    image = Image.open(BytesIO(png)).convert("RGBA")
    assert image.width >= 2 * drawing.WIDTH
    assert image.getpixel((4, 4)) == (255, 255, 255, 255)  # opaque: a dark mail does not shine through
    dark = sum(count for count, pixel in image.getcolors(2**24) if sum(pixel[:3]) < 150)
    assert dark > 5_000  # there are letters, without any font of the machine


def test_letters_that_we_do_not_have_are_not_drawn_as_boxes():
    [row] = rows(1, "日本語")
    assert "日本語" not in svg_of([row])
    assert "日本語" in in_words([row])


def test_a_thousand_readers_of_the_same_news_cost_one_drawing(room):
    made = scene.item(room)
    seen_by = scene.audience(room)
    follows = [scene.follow(room, seen_by, scene.person(room, f"P{n}")) for n in range(5)]
    scene.send(at(2026, 1, 5))
    scene.move(room, made, MAY, at(2026, 1, 6))
    drawing._drawn.cache_clear()  # another test may have drawn the same
    scene.send(at(2026, 1, 7))
    assert drawing._drawn.cache_info().misses == 1
    assert len({image_of(each).get_content() for each in follows}) == 1


def test_the_html_of_a_digest_of_very_many_lines_is_not_clipped(room):
    """Mail programs cut off what is longer than 102 kB; the picture is not in it."""
    find = scene.goal(room, "Answers in a minute, also for those who never wrote a query in their life")
    for n in range(60):
        scene.item(room, f"{n} A title as long as titles are when people write them", goals=[{"goal": find, "share": 100}])
    follows = scene.follow(room)
    scene.send(at(2026, 1, 5))
    html = message_of(follows).get_body(("html",)).get_content()
    assert len(html.encode()) < 102 * 1024
    assert html.count("A title as long") >= 60
