"""How the demo's items are rated: value and effort for most of them, RICE for what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.roadmap.rating import create_scorecard, rate_item

if TYPE_CHECKING:
    from datetime import datetime

    from apps.stakeholders.demo.world import World

MADE = -27  # the day, from today, on which the scorecards were made and the items rated
AGAIN = -6  # and on which some were rated anew

# item: value, effort
RATED = {
    "Ask in plain words": ("10", "9"), "Fast by default": ("8", "6"), "Numbers everyone trusts": ("9", "7"),
    "Ready for audits": ("7", "7"), "Metric definitions": ("7", "5"), "Row-level access rules": ("8", "6"),
    "Natural-language query": ("10", "9"), "Saved questions": ("8", "3"), "Lineage on every chart": ("7", "8"),
    "Audit export": ("5", "6"), "Bring your own key": ("4", "9"), "Admin theming": ("2", "2"), "Legacy exports": ("2", "3"),
    "Follow-up questions": ("8", "4"), "Did you mean": ("7", "2"), "Query budget per team": ("5", "3"),
    "Mobile charts": ("4", "7"), "Answer in the team chat": ("7", "5"), "Scheduled answers": ("6", "3"),
    "Timeout with a partial answer": ("6", "2"), "Explain this number": ("8", "5"), "Metric owners": ("6", "2"),
    "Freshness on every chart": ("6", "3"), "Data tests": ("7", "7"), "Anomaly notes": ("5", "8"),
    "Compare two definitions": ("4", "4"), "Change review for models": ("6", "5"),
    "Column descriptions from the warehouse": ("4", "2"), "Backfill of lineage": ("3", "6"),
    "SOC 2 evidence collection": ("8", "6"), "Provisioning of members": ("7", "5"),
    "Masking of personal columns": ("7", "5"),
}  # fmt: skip

# item: reach in people a quarter, impact, confidence in percent, effort in person-months
RICE = {
    "Saved questions": ("4000", "2", "80", "2"), "Metric definitions": ("1800", "2", "80", "3"),
    "Did you mean": ("5200", "1", "80", "1"), "Explain this number": ("2600", "2", "50", "3"),
    "Answer in the team chat": ("3000", "2", "50", "3"), "Query budget per team": ("300", "1", "80", "1.5"),
    "Provisioning of members": ("450", "3", "80", "2.5"), "Change review for models": ("240", "2", "80", "2.5"),
    "Metric owners": ("1500", "1", "100", "1"), "Audit export": ("60", "3", "50", "4"),
    "Mobile charts": ("2200", "0.5", "50", "4"), "Scheduled answers": ("1600", "1", "80", "1.5"),
}  # fmt: skip


def rate_all(world: World, at: datetime) -> None:
    """Make the two scorecards and rate the items by them."""
    maya = world.actor("maya", at)
    matrix = create_scorecard(maya, world.product, method="value_effort")
    for title, (value, effort) in RATED.items():
        rate_item(maya, world.items[title], scorecard=matrix, ratings={"value": value, "effort": effort})
    rice = create_scorecard(maya, world.product, method="rice")
    for title, ratings in RICE.items():
        named = dict(zip(("reach", "impact", "confidence", "effort"), ratings, strict=True))
        rate_item(maya, world.items[title], scorecard=rice, ratings=named)
    world.scorecards.update({"Value and effort": matrix, "RICE": rice})


def rate_again(world: World, at: datetime) -> None:
    """Rate what the trial taught about anew."""
    jun = world.actor("jun", at)
    for title, effort in (("Natural-language query", "10"), ("Data tests", "8"), ("Follow-up questions", "5")):
        rate_item(jun, world.items[title], scorecard=world.scorecards["Value and effort"], ratings={"effort": effort})
