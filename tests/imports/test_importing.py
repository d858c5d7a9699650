"""A file becomes items and milestones through the actions: row by row, once, and nothing is lost silently."""

from __future__ import annotations

import base64
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.core.errors import Refused
from apps.core.models import Change
from apps.milestones.actions import create_milestone
from apps.milestones.models import Milestone, MilestoneState, Placement
from apps.roadmap.models import Contribution, Dependency, Item
from apps.stakeholders.imports.mapping import Mapping
from apps.stakeholders.imports.running import Report, read_table, run_import
from apps.stakeholders.models import Audience, Subscription
from tests.imports.test_files import book
from tests.people import Room

pytestmark = pytest.mark.django_db

FULL: dict[str, Any] = {
    "external_id": "id",
    "nothing": ["-"],
    "date_formats": ["%Y-%m-%d", "%d.%m.%Y"],
    "fields": {
        "title": "name",
        "status": {"column": "state", "values": {"doing": "in_progress"}, "otherwise": "proposed"},
        "owner": "who",
        "effort": "size",
        "start": "from",
        "end": "to",
        "granularity": {"value": "month"},
    },
    "goals": {"columns": ["team"]},
    "milestone": {"column": "release", "strip": "v"},
    "audiences": {"columns": ["team", "with"], "address": "{name}@teams.test"},
    "relations": [{"column": "see", "after": "/", "before": "-"}],
    "parent": "under",
    "describe": ["size"],
    "unplaced": "describe",
}
HEAD = "id,name,state,who,size,from,to,team,with,release,see,under"


def table(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def bring(room: Room, data: bytes, mapping: dict[str, Any] | None = None, role: str = "editor", **options: Any) -> Report:
    return run_import(
        room.actor(role, via="import"), room.product, read_table("csv", data), Mapping.parsed(mapping or FULL), **options
    )  # fmt: skip


def item(room: Room, external_id: str) -> Item:
    return Item.objects.get(product=room.product, external_id=external_id)


def test_a_row_says_all_of_an_item(room: Room) -> None:
    create_milestone(room.actor(), room.product, name="2.0")
    report = bring(
        room,
        table(
            f"1,Search,doing,{room.owner.email},3.5,2026-03-10,20.04.2026,Find,Support;Sales,v2.0,/x/2-b; /x/9-z,2",
            "2,Index,planned,,,,,Find,,,,",
        ),
    )
    assert (report.count("created"), report.count("refused")) == (2, 0)
    made = item(room, "1")
    assert (made.title, made.status, made.owner, made.parent) == ("Search", "in_progress", room.owner, item(room, "2"))
    assert (made.start, made.end, made.granularity) == (date(2026, 3, 1), date(2026, 4, 30), "month")
    assert made.description == "- size: 3.5"
    assert [each.goal.name for each in Contribution.objects.filter(item=made)] == ["Find"]
    assert Placement.objects.get(item=made).milestone.name == "2.0"
    assert Dependency.objects.get(item=made).other == item(room, "2")
    assert set(Audience.objects.values_list("name", flat=True)) == {"Find", "Support", "Sales"}
    find = Subscription.objects.get(audience__name="Find")
    assert (find.stakeholder.email, find.items.count()) == ("find@teams.test", 2)
    assert [each.as_json() for each in report.problems] == [
        {
            "row": 2, "column": "see", "value": "/x/9-z", "problem": "No item of this product has this id.",
            "remedy": "Correct the id, or keep it as words.",
        }
    ]  # fmt: skip
    change = Change.objects.get(object_id=made.pk, verb="item.created")
    assert (change.via, change.actor_name) == ("import", room.editor.name)


def test_the_same_file_again_changes_nothing_and_another_value_only_that(room: Room) -> None:
    rows = ["1,Search,doing,,3,,,Find,Sales,,2,", "2,Index,planned,,,,,,,,,1"]
    bring(room, table(*rows))
    before = Change.objects.count()
    assert bring(room, table(*rows)).count("unchanged") == 2
    assert Change.objects.count() == before
    report = bring(room, table(rows[0].replace("Search", "Search all"), rows[1]))
    assert (report.count("changed"), report.count("unchanged")) == (1, 1)
    assert Change.objects.latest("seq").fields == {"title": ["Search", "Search all"]}


def test_what_has_no_place_is_reported_and_kept_in_words(room: Room) -> None:
    report = bring(room, table("1,Search,halfway,nobody@example.test,much,-,32.1.2026,,,9.9,,7"))
    made = item(room, "1")
    assert report.count("created") == 1
    assert (made.status, made.effort, made.end, made.owner) == ("proposed", None, None, None)
    told = {(each.column, each.value) for each in report.problems}
    assert told == {
        ("state", "halfway"), ("who", "nobody@example.test"), ("size", "much"), ("to", "32.1.2026"), ("release", "9.9"),
        ("under", "7"),
    }  # fmt: skip
    assert all(each.row == 2 and each.problem and each.remedy for each in report.problems)
    assert "- not placed: state = halfway" in made.description


def test_a_refused_row_leaves_no_trace_and_the_others_come_in(room: Room) -> None:
    report = bring(
        room,
        table("1,,,,,,,Lost,,,,", ",No id,,,,,,,,,,", "2,Good,,,,,,,,,,", "2,Twice,,,,,,,,,,", f"3,{'x' * 201},,,,,,Lost,,,,"),
    )
    assert [report.outcomes[row] for row in (2, 3, 4, 5, 6)] == ["refused", "refused", "created", "refused", "refused"]
    assert list(Item.objects.values_list("title", flat=True)) == ["Good"]
    assert not Change.objects.filter(verb="goal.created").exists()
    assert {each.row: each.column for each in report.problems} == {2: "title", 3: "id", 5: "id", 6: "title"}


def test_all_rows_bad(room: Room) -> None:
    report = bring(room, table(*[f"{n},,,,,,,,,,," for n in range(450)]))
    assert (report.count("refused"), Item.objects.count()) == (450, 0)


def test_a_dry_run_says_the_same_and_keeps_nothing(room: Room) -> None:
    rows = table("1,Search,halfway,,,,,Find,Sales,,2,", "2,Index,,,,,,,,,,")
    before = Change.objects.count()
    dry = bring(room, rows, dry_run=True)
    assert (Item.objects.count(), Audience.objects.count(), Change.objects.count()) == (0, 0, before)
    assert bring(room, rows).as_json() == dry.as_json() | {"dry_run": False}


def test_a_promise_moves_only_with_a_reason(room: Room) -> None:
    mapping = {
        "imports": "milestones", "external_id": "id",
        "fields": {"name": "name", "date": "on", "commitment": {"value": "committed"}},
    }  # fmt: skip
    bring(room, b"id,name,on\n1,GA,2027-01-01\n", mapping)
    moved = b"id,name,on\n1,GA,2027-02-01\n"
    assert "Say why" in bring(room, moved, mapping).problems[0].problem
    assert bring(room, moved, mapping, reason="The audit takes longer.").count("changed") == 1
    assert Milestone.objects.get().date == date(2027, 2, 1)


def test_past_releases_count_as_reached(room: Room) -> None:
    mapping = {"imports": "milestones", "external_id": "id", "fields": {"name": "id", "date": "on"}, "reached": "past"}
    bring(room, b"id,on\n1,2020-01-01\n2,2099-01-01\n", mapping)
    states = dict(Milestone.objects.values_list("name", "state"))
    assert states == {"1": MilestoneState.REACHED, "2": MilestoneState.PLANNED}


def test_a_name_that_can_be_no_audience_is_a_problem_not_a_fault(room: Room) -> None:
    report = bring(room, table("1,Search,,,,,,,日本,,,"))
    assert (report.count("created"), [each.value for each in report.problems]) == (1, ["日本"])
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "commenter"])
def test_who_may_not_edit_may_not_import(room: Room, role: str) -> None:
    with pytest.raises(Refused):
        bring(room, table("1,Search,,,,,,,,,,"), role=role)


@pytest.mark.parametrize("number", ["1e999999999", "nan", "-inf", "9" * 400])
def test_a_number_beyond_reason_is_no_number(room: Room, number: str) -> None:
    mapping = {"external_id": "id", "fields": {"title": "id", "progress": "n", "effort": "n"}}
    report = bring(room, f"id,n\n1,{number}\n".encode(), mapping)
    assert [each.column for each in report.problems] == ["n", "n"]
    assert report.count("created") == 1


# --- The REST door ---


def post(room: Room, role: str = "editor", headers: dict[str, str] | None = None, **values: Any) -> Any:
    body = {
        "product": str(room.product.pk), "format": "csv", "content": "id,name\n1,Search\n",
        "mapping": {"external_id": "id", "fields": {"title": "name"}}, **values,
    }  # fmt: skip
    return room.api(role).post("/api/v1/imports/", json.dumps(body), content_type="application/json", headers=headers)


def test_the_endpoint_reports(room: Room) -> None:
    dry = post(room, dry_run=True)
    assert (dry.status_code, dry.json()["created"], Item.objects.count()) == (200, 1, 0)
    assert post(room).json() == {
        "dry_run": False, "rows": 1, "created": 1, "changed": 0, "unchanged": 0, "refused": 0, "problems": [],
    }  # fmt: skip
    assert post(room).json()["unchanged"] == 1
    workbook = base64.b64encode(book(["id", "name"], [2, "From a sheet"])).decode()
    assert post(room, format="xlsx", content=workbook).json()["created"] == 1
    assert post(room, format="json", content='[{"id": 3, "name": "From JSON"}]').json()["created"] == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"content": 'id,name\n1,"open'}, "content"),
        ({"format": "xlsx", "content": "not base64!"}, "content"),
        ({"format": "ods"}, "format"),
        ({"mapping": {"external_id": "id"}}, "mapping"),
        ({"mapping": {"external_id": "key", "fields": {"title": "name"}}}, "mapping"),
        ({"mapping": []}, "mapping"),
        ({"product": "019a3c5e-0000-7000-8000-000000000001"}, "product"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_the_endpoint_says_what_is_wrong(room: Room, values: dict[str, Any], field: str) -> None:
    answer = post(room, **values)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mapping": {"external_id": "id"}}, "In „fields“ der Zuordnung fehlt „title“; angeben, in welcher Spalte das steht."),
        (
            {"mapping": {"external_id": "key", "fields": {"title": "name"}}},
            "Die Zuordnung liest 'key'; eine solche Spalte hat die Datei nicht.",
        ),
        (
            {"mapping": {"external_id": "id", "fields": {"title": {"column": 5}}}},
            "„fields.title.column“ in der Zuordnung muss ein Text sein.",
        ),
        ({"format": "xlsx", "content": "not base64!"}, "Eine XLSX-Datei als Base64 senden."),
    ],
)
def test_the_endpoint_says_it_in_the_readers_language(room: Room, values: dict[str, Any], said: str) -> None:
    answer = post(room, headers={"Accept-Language": "de"}, **values)
    assert list(answer.json()["errors"].values()) == [[said]]


def test_the_endpoint_is_for_editors_of_this_product(room: Room, foreign: Room) -> None:
    assert post(room, "viewer").status_code == 403
    assert list(post(room, product=str(foreign.product.pk)).json()["errors"]) == ["product"]
    assert not Item.objects.exists()


# --- The command ---


def test_the_command_prints_what_it_did(room: Room, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "map.json").write_text(json.dumps({"external_id": "id", "fields": {"title": "name"}}))
    (tmp_path / "in.csv").write_text("id,name,extra\n1,Search,x\n")
    args = ["import_items", f"{room.workspace.slug}/platform", str(tmp_path / "in.csv"), "--mapping", str(tmp_path / "map.json")]
    call_command(*args, "--dry-run")
    call_command(*args)
    call_command(*args, "--json")
    out = capsys.readouterr().out.splitlines()
    assert "1 rows: 1 created, 0 changed, 0 unchanged, 0 refused (dry run: nothing was kept)" in out
    assert out[0] == "file, extra: The mapping does not read this column. Name it in the mapping, or under ignore."
    assert json.loads(out[-1])["unchanged"] == 1
    (tmp_path / "in.csv").write_text("id,name,extra\n1,,x\n")
    with pytest.raises(CommandError, match="1 of 1 rows were refused"):
        call_command(*args)
    with pytest.raises(CommandError, match="There is no product"):
        call_command("import_items", "nowhere", *args[2:])
