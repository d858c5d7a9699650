"""Name again whom the comments made so far name; all of that counts as seen."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import migrations
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.roadmap.mentions import mentioned

if TYPE_CHECKING:
    from uuid import UUID

    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_again(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Make the mentions of each workspace in the order of its comments, and set everybody's mark behind them."""
    memberships, mentions = apps.get_model("accounts", "Membership"), apps.get_model("roadmap", "Mention")
    people: defaultdict[UUID, list[User]] = defaultdict(list)
    for each in memberships.objects.filter(user__is_active=True).select_related("user"):
        people[each.workspace_id].append(User(pk=each.user_id, email=each.user.email, name=each.user.name))
    said = apps.get_model("roadmap", "Comment").objects.filter(withdrawn_at=None, body__contains="@").order_by("pk")
    mentions.objects.bulk_create(
        (
            mentions(comment=comment, user_id=person.pk)
            for comment in said.iterator()
            for person in mentioned(comment.body, people[comment.workspace_id])
        ),
        batch_size=1_000,
    )
    newest: Any = mentions.objects.filter(user=OuterRef("user"), comment__workspace=OuterRef("workspace"))
    newest = newest.values("user").annotate(newest=Max("pk")).values("newest")
    memberships.objects.update(mentions_seen=Coalesce(Subquery(newest), 0))


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0011_mentions"), ("accounts", "0007_mentions_seen")]

    operations = [migrations.RunPython(name_again, migrations.RunPython.noop)]
