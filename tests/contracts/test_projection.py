"""Every field of what audiences see is decided: granted by a name, or never shown."""

from __future__ import annotations

import pytest
from django.db import models

from apps.milestones.models import Milestone
from apps.roadmap.models import Item
from apps.stakeholders.projection import INTERNAL, INTERNAL_MILESTONE, PUBLIC, PUBLIC_MILESTONE

GRANTED = frozenset(column for columns in PUBLIC.values() for column in columns)


@pytest.mark.parametrize(
    ("model", "public", "internal"), [(Item, GRANTED, INTERNAL), (Milestone, PUBLIC_MILESTONE, INTERNAL_MILESTONE)]
)
def test_a_field_is_either_granted_or_kept(model: type[models.Model], public: frozenset[str], internal: frozenset[str]):
    fields = {field.name for field in model._meta.concrete_fields}
    assert fields == public | internal
    assert not public & internal
