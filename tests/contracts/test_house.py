"""The rules of the house that no linter knows: who writes, how tables are tied, what templates may not hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from apps.accounts.models import TenantModel
from apps.core.models import Tracked

ROOT = Path(settings.BASE_DIR)
OURS = ("core", "accounts", "vision", "roadmap", "milestones", "stakeholders")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)]

# --- nothing writes but actions ---

WRITES = {
    "save", "delete", "update", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "asave", "adelete",
    "aupdate", "acreate",
}  # fmt: skip
# (file, what is written): why it is no action
NO_ACTION = {
    ("apps/accounts/models.py", "user"): "a person signs up before there is a workspace whose history it could be in",
    ("apps/accounts/forms.py", "user"): "the name of who just signed up",
    ("apps/roadmap/mentions.py", "Mention"): "whom a comment names follows from its words, in the same transaction",
    ("apps/roadmap/mentions.py", "mine"): "what somebody looked at is a mark of their own, not an edit",
    ("apps/accounts/tokens.py", "ApiToken"): "when a token was last used is a counter, not an edit",
    ("apps/stakeholders/digests.py", "Subscription"): "which day's digest was planned is a counter, not an edit",
    ("apps/stakeholders/digests.py", "Mail"): "the outbox is core's own record",
    ("apps/stakeholders/digests.py", "Digest"): "a digest is made when it is rendered; that it was sent is the action",
    ("apps/stakeholders/digests.py", "Told"): "the ledger is append-only and counts only once the action confirmed it",
    ("apps/stakeholders/drawing.py", "flat"): "a picture is saved into memory, and is no row",
    ("apps/stakeholders/webhooks.py", "Delivery"): "a message is a row of the queue; what people do about it are actions",
    ("apps/stakeholders/webhooks.py", "Webhook"): "what a receiver acknowledged is a counter, not an edit",
    ("apps/stakeholders/webhooks.py", "_mine"): "a message is a row of the queue",
    ("apps/stakeholders/webhooks.py", "found"): "a message is a row of the queue",
    ("apps/stakeholders/reminders.py", "Mail"): "the outbox is core's own record",
    ("apps/stakeholders/demo/seeding.py", "EmailAddress"): "the demo's accounts are proven from the start",
    ("apps/stakeholders/demo/seeding.py", "Mail"): "the demo's mails were made at the demo's times",
}


def written_outside_actions() -> set[tuple[str, str]]:
    """Return (file, name) of each call that looks like a write of rows, outside actions and core."""
    found = set()
    for file in sorted((ROOT / "apps").rglob("*.py")):
        path = file.relative_to(ROOT).as_posix()
        if re.match(r"apps/(core/|\w+/(actions(\.py|/)|migrations/))", path):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                name = _root(node.func.value)
                if name[:1].isupper() or node.func.attr != "update":  # a dict has an update too
                    found.add((path, name))
    return {(path, name) for path, name in found if name not in {"self", "cls", "actions", "hashlib", "room", "api"}}


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def test_only_actions_write():
    assert written_outside_actions() - set(NO_ACTION) == set()


def test_every_exception_is_still_needed():
    assert {(path, name) for path, name in NO_ACTION if not (ROOT / path).exists()} == set()


def test_every_tracked_model_is_of_one_workspace():
    tracked = [model for model in MODELS if issubclass(model, Tracked)]
    assert tracked
    assert [m._meta.label for m in tracked if not issubclass(m, TenantModel) and m._meta.label != "accounts.Workspace"] == []


# --- tables ---

REFERENCES = [
    field
    for model in MODELS
    for field in model._meta.get_fields()
    if isinstance(field, models.ForeignKey | models.ManyToManyField)
]


def test_references_to_other_apps_leave_nothing_below():
    upward = [
        str(field)
        for field in REFERENCES
        if field.model._meta.app_label != field.related_model._meta.app_label
        and field.related_model in MODELS
        and not field.model._meta.auto_created
        and not field.remote_field.hidden
    ]
    assert upward == []


@pytest.mark.django_db
def test_every_reference_between_things_of_a_workspace_is_tied_to_it():
    wanted = {
        f"tenant_{field.model._meta.db_table}__{field.name}__fk"
        for field in REFERENCES
        if isinstance(field, models.ForeignKey)
        and issubclass(field.model, TenantModel)
        and issubclass(field.related_model, TenantModel)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND convalidated")
        there = {name for (name,) in cursor.fetchall()}
    assert wanted
    assert {name for name in wanted if name[:63] not in there} == set()


@pytest.mark.django_db
def test_a_row_that_points_into_another_workspace_is_refused_by_the_database(room, foreign):
    from django.db import IntegrityError  # noqa: PLC0415 - beside its one use

    from tests.contracts.world import furnish  # noqa: PLC0415

    own, theirs = furnish(room), furnish(foreign, first_number=900)
    for thing, field in (
        (own.item, "parent"),
        (own.contribution, "goal"),
        (own.dependency, "other"),
        (own.placement, "milestone"),
    ):
        other = {"parent": theirs.item, "goal": theirs.goal, "other": theirs.other_item, "milestone": theirs.milestone}[field]
        with pytest.raises(IntegrityError, match="tenant_"), connection.cursor() as cursor, _savepoint():
            cursor.execute(
                f'UPDATE "{thing._meta.db_table}" SET "{field}_id" = %s WHERE id = %s',  # noqa: S608 - our own names
                [other.pk, thing.pk],
            )


def _savepoint():
    from django.db import transaction  # noqa: PLC0415 - beside its one use

    return transaction.atomic()


def test_long_texts_have_an_end():
    endless = [
        str(field)
        for model in MODELS
        if issubclass(model, Tracked)
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField) and not field.max_length
    ]
    assert endless == []


# --- templates and static files ---

PAGES = sorted((ROOT / "templates").rglob("*.html"))
MAILS = [page for page in PAGES if "mail" in page.relative_to(ROOT / "templates").parts or page.name.startswith("mail_")]
BANNED = {
    r"\sstyle\s*=": "our CSP refuses inline styles",
    r"\son[a-z]+\s*=\s*[\"']": "our CSP refuses inline handlers",
    r"<script(?![^>]*nonce)": "a script needs the nonce",
    r"<style\b": "our CSP refuses inline styles",
    r"javascript:": "our CSP refuses it",
    r"\bhx-(ext|disabled-elt|disinherit|inherit|params|vars|on|history|history-elt|request)\b": "htmx 2's attributes",
    r"\bsse-(connect|swap|close)\b": "htmx 2's; htmx 4's extension reads hx-sse:*",
    r"hx-(vals|headers)[:\w]*=[\"']js:": "evaluates a script, which our CSP refuses",
    r"=[\"'](js|morph):": "evaluates a script, or is htmx 2's",
    r"hx-trigger=\"[^\"]*\[": "a filter is evaluated, which our CSP refuses",
    r"\|safe\b": "text is escaped, or comes from apps.core.reading",
    r"autoescape off": "text is escaped, or comes from apps.core.reading",
}


@pytest.mark.parametrize("pattern", BANNED)
def test_no_template_holds(pattern: str):
    found = [
        f"{page.relative_to(ROOT)}: {match.group(0).strip()}"
        for page in PAGES
        if page not in MAILS
        for match in re.finditer(pattern, page.read_text())
    ]
    assert found == [], BANNED[pattern]


def test_the_body_sends_the_token_with_every_request():
    base = (ROOT / "templates" / "base.html").read_text()
    assert re.search(r"<body[^>]*hx-headers:inherited='\{\"X-CSRFToken\": \"\{\{ csrf_token \}\}\"\}'", base, re.DOTALL)


def test_every_form_that_posts_carries_its_token():
    bare = [
        str(page.relative_to(ROOT))
        for page in PAGES
        for form in re.findall(r"<form\b.*?</form>", page.read_text(), re.DOTALL)
        if page.name != "unsubscribe.html"  # its signed link is the credential, as in a mail program's one click
        and re.search(r"method=\"post\"", form, re.IGNORECASE)
        and "csrf_token" not in form
    ]
    assert bare == []


# Outside addresses that are no request: names of XML's vocabularies.
NAMES = ("http://www.w3.org/",)


def test_pages_ask_nobody_else():
    files = [*PAGES, *(f for f in (ROOT / "static").rglob("*") if f.suffix in {".css", ".js", ".svg", ".json"})]
    found = [
        f"{file.relative_to(ROOT)}: {address}"
        for file in files
        for address in re.findall(r"(?:https?:)?//[a-z0-9][\w.-]*\.[a-z]{2,}[^\s\"')]*", file.read_text())
        if not address.startswith(NAMES) and not re.match(r"//[\w.-]+$", address) and "example" not in address
    ]
    assert found == []
