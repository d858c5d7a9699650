"""The demo: made once, and nothing confidential in any of its mails."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.core.mail import parts
from apps.core.models import Change, Mail, MailState
from apps.milestones.models import Milestone
from apps.roadmap.models import Decision, Item
from apps.roadmap.queries import alignment
from apps.stakeholders.debt import debt
from apps.stakeholders.demo.seeding import seed
from apps.stakeholders.minutes import minutes_of
from apps.stakeholders.models import Review, Stakeholder, Subscription, Told
from apps.stakeholders.projection import project
from apps.stakeholders.told import heard
from apps.vision.models import Goal, Product, VisionVersion


@pytest.fixture
def demo(db: None, settings: object) -> Product:
    settings.DEMO = True  # type: ignore[attr-defined]
    assert seed() is not None
    product: Product = Product.objects.get(slug="platform")
    return product


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_page_of_the_demo_has_something_to_say(demo: Product) -> None:
    assert Goal.objects.filter(product=demo).count() == 4
    assert 55 <= Item.objects.filter(product=demo).count() <= 75
    assert Milestone.objects.filter(product=demo).count() == 8
    assert Stakeholder.objects.filter(workspace=demo.workspace_id).count() == 14
    assert VisionVersion.objects.filter(product=demo, state="agreed").count() == 1
    assert Review.objects.filter(product=demo, state="held").exists()
    assert Review.objects.filter(product=demo, state="planned", due_on__gte=timezone.localdate()).exists()
    last = Review.objects.filter(product=demo, state="held").latest("held_at")
    minutes = minutes_of(last)
    assert (len(minutes.people), len(minutes.decisions), len(minutes.said)) == (4, 2, 5)
    assert minutes.moved
    assert last.baseline
    assert Decision.objects.filter(product=demo, item__number=12).count() == 2
    assert max(point.stale for point in debt([demo], timezone.localdate())[demo.pk])
    assert Told.objects.filter(confirmed_at__isnull=False).exists()
    aligned = alignment(demo)
    assert {item["title"] for item in aligned["loose"]} >= {"Admin theming", "Legacy exports", "Partner badge"}
    assert [goal["name"] for goal in aligned["unserved"]] == ["Loved on day one"]
    assert Mail.objects.filter(state=MailState.SENT, kind="digest").exists()
    said = [parts(mail) for mail in Mail.objects.exclude(raw=None)]
    assert any("Natural-language query" in each["text"] for each in said)
    spoken = Stakeholder.objects.filter(workspace=demo.workspace_id, language="de").values_list("email", flat=True)
    german = [parts(mail)["text"] for mail in Mail.objects.filter(recipient__in=spoken, kind="digest").exclude(raw=None)]
    assert [text for text in german if "Änderungen seit unserer letzten Mitteilung" in text]
    assert [text for text in german if "Roadmap ansehen" not in text] == []
    secrets = list(Item.objects.filter(confidential=True).values_list("title", flat=True))
    assert secrets
    assert not [secret for secret in secrets for each in said if secret in each["text"] or secret in each["html"]]
    assert [(goal["name"], goal["share"]) for goal in aligned["goals"]] == [
        ("Answers in a minute", 42), ("Trusted numbers", 31), ("Safe for regulated teams", 27), ("Loved on day one", 0),
    ]  # fmt: skip
    story = Item.objects.get(product=demo, number=12)
    assert story.title == "Natural-language query"
    told = {each.stakeholder.name: each for each in Subscription.objects.select_related("stakeholder", "audience")}
    shown = {name: project(each.audience, items=[story.pk]) for name, each in told.items()}
    last = {name: heard(each, {story.pk: shown[name][0]}) for name, each in told.items() if shown[name]}
    assert last["Acme"][story.pk].said["when"] != shown["Acme"][0].when.text  # its next digest has something to say
    assert last["Sales, EMEA"][story.pk].said["when"] == shown["Sales, EMEA"][0].when.text  # told within the hour
    changes = Change.objects.count()
    assert seed() is None
    assert Change.objects.count() == changes


def test_the_demo_is_refused_elsewhere(db: None, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="known passwords"):
        call_command("seed_demo")
