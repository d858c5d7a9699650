"""A second product, so that there is something to switch to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.roadmap.actions import create_item
from apps.vision.actions import create_goal, create_product, draft_version, propose_version, sign
from apps.vision.models import Vision

if TYPE_CHECKING:
    from datetime import datetime

    from apps.stakeholders.demo.world import World

ITEMS = (
    ("Answers on the phone", "q0:1", "now", "in_progress"),
    ("Alerts on a number", "q1", "next", "planned"),
    ("Offline dashboards", "q2", "later", "proposed"),
    ("Sign in with a face", "q1", "next", "planned"),
    ("Tablet layout", "", "later", "proposed"),
)


def make_second(world: World, at: datetime) -> None:
    """Make the smaller product with a vision that one person signed, a goal and a few items."""
    maya = world.actor("maya", at)
    product = create_product(maya, world.workspace, name="Harbor mobile", slug="mobile", key="MOB")
    version = draft_version(
        maya, Vision.objects.get(product=product), statement="The number you need, wherever you stand.",
        goal="The answers of Harbor on a phone.", audience="Operations leads who are seldom at a desk.",
        value="A decision in the hall instead of after the meeting.",
    )  # fmt: skip
    proposed = propose_version(maya, version, signatories=[{"user": world.people["maya"], "title": "Product"}])
    sign(maya, proposed.sign_offs.get(user=world.people["maya"]))
    goal = create_goal(maya, product, name="At hand in ten seconds", weight=100, serves=version.statement)
    for title, when, horizon, status in ITEMS:
        start, end, granularity = world.clock.frame(when)
        create_item(
            maya, product, goals=[{"goal": goal, "share": 100}], title=title, start=start, end=end, granularity=granularity,
            horizon=horizon, status=status, type="feature", owner=world.people["jun"],
        )  # fmt: skip
