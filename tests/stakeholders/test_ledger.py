"""What the ledger answers: last told against what is true, by person, item, milestone and audience; who is most out of date."""

from __future__ import annotations

from datetime import date

import pytest

from apps.stakeholders import actions, ledger
from tests.stakeholders import scene
from tests.stakeholders.scene import at

MARCH, MAY, JUNE = date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1)


def rows(answers):
    return [(each.stakeholder.name, each.item.title, each.told, each.now, each.days) for each in answers]


@pytest.fixture
def told(room):
    """A and B were told 1 March of Search; it is 1 May now, and B heard so; Index is as both were told."""
    search, index = scene.item(room, "Search", end=MARCH), scene.item(room, "Index", end=JUNE)
    scene.place(room, search, "Beta")
    followed = scene.audience(room, "Customers")
    a = scene.follow(room, followed, scene.person(room, "A"), frequency="monthly", weekday=0)
    b = scene.follow(room, followed, scene.person(room, "B"))
    scene.send(at(2026, 1, 5))
    scene.move(room, search, MAY, at(2026, 1, 10))
    scene.send(at(2026, 1, 12))
    return search, index, a, b


def test_it_answers_by_person_item_milestone_and_audience(room, told):
    search, index, a, _ = told
    wrong, true = ("A", "Search", "1 March 2026", "1 May 2026", 61), ("B", "Search", "1 May 2026", "1 May 2026", None)
    others = [(name, "Index", "1 June 2026", "1 June 2026", None) for name in ("A", "B")]
    assert rows(ledger.of_person(a.stakeholder)) == [wrong, others[0]]
    assert rows(ledger.of_item(search)) == [wrong, true]
    assert rows(ledger.of_item(index)) == others
    assert rows(ledger.of_audience(a.audience)) == [wrong, *others, true]
    api = room.api("viewer")
    about = {"stakeholder": a.stakeholder.pk, "item": search.pk, "audience": a.audience.pk}
    for name, pk in about.items():
        found = api.get("/api/v1/ledger/", {name: pk}).json()["results"]
        assert [found[0][key] for key in ("stakeholder_name", "item_title", "told", "now", "days")] == list(wrong), name
    assert api.get("/api/v1/ledger/", about).status_code == 400
    assert api.get("/api/v1/ledger/").status_code == 400


def test_a_milestone_answers_for_its_items(room, told):
    search, *_ = told
    milestone = room.api().get(f"/api/v1/milestones/?product={room.product.pk}").json()["results"][0]["id"]
    found = room.api().get("/api/v1/ledger/", {"milestone": milestone}).json()["results"]
    assert [(each["stakeholder_name"], each["item"], each["days"]) for each in found] == [
        ("A", str(search.pk), 61), ("B", str(search.pk), None),
    ]  # fmt: skip
    page = room.client().get(f"/w/{room.workspace.slug}/milestones/{milestone}/told/").content.decode()
    assert "61 d later" in page
    assert "Index" not in page


def test_who_is_most_out_of_date(room, told):
    _search, index, a, _b = told
    scene.move(room, index, date(2026, 6, 11), at(2026, 1, 13))
    found = ledger.out_of_date(room.workspace)
    assert [(each.stakeholder.name, each.wrong, each.told, each.worst.days) for each in found] == [
        ("A", 2, 2, 61), ("B", 1, 2, 10),
    ]  # fmt: skip
    scene.place(room, index, "Fair", date=JUNE, commitment="committed")
    assert [(each.stakeholder.name, each.worst.days, each.worst.committed) for each in ledger.out_of_date(room.workspace)] == [
        ("A", 10, True), ("B", 10, True),
    ]  # fmt: skip
    answer = room.api().get("/api/v1/out-of-date/", {"workspace": room.workspace.pk}).json()["results"]
    assert [(each["stakeholder_name"], each["wrong"], each["worst"]["item"]) for each in answer] == [
        ("A", 2, str(index.pk)), ("B", 1, str(index.pk)),
    ]  # fmt: skip
    page = room.client().get(f"/w/{room.workspace.slug}/stakeholders/out-of-date/").content.decode()
    assert page.index(">A<") < page.index(">B<")
    actions.archive_stakeholder(room.actor(), a.stakeholder)
    assert [each.stakeholder.name for each in ledger.out_of_date(room.workspace)] == ["B"]
    scene.move(room, index, JUNE, at(2026, 1, 14), "Back again.")
    assert ledger.out_of_date(room.workspace) == []


def test_what_became_confidential_keeps_its_number_and_loses_its_words(room, told):
    search, _, a, _ = told
    scene.edit(room, search, confidential=True)
    found = ledger.of_person(a.stakeholder)[0]
    assert (found.now, found.kind, found.days) == ("no longer shown", "hidden", 61)


def test_an_undelivered_word_told_nobody(room):
    made = scene.item(room)
    scene.follow(room)
    assert ledger.of_item(made) == []


def test_two_audiences_of_one_person(room):
    """What was heard later and as exactly overtakes; what is coarser does not hide a move within it."""
    made, who = scene.item(room, end=MARCH), scene.person(room, "A")
    fine, coarse = scene.audience(room, "Fine"), scene.audience(room, "Coarse", precision="quarter")
    scene.follow(room, coarse, who, frequency="monthly", weekday=0)
    scene.send(at(2026, 1, 5))
    scene.follow(room, fine, who, since=at(2026, 1, 6))
    scene.send(at(2026, 1, 7))
    scene.move(room, made, date(2026, 3, 20), at(2026, 1, 8))
    assert rows(ledger.of_person(who)) == [("A", "Search", "1 March 2026", "20 March 2026", 19)]
