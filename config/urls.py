"""Where everything is. Each app's addresses are whole, so that one look finds the room."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.urls import include, path, reverse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from apps.core.wording import PAGES

APPS = ("accounts", "vision", "roadmap", "milestones", "stakeholders")

router = DefaultRouter(use_regex_path=False)
router.include_root_view = False
router.include_format_suffixes = False
for door in ("core.api.search", *(f"{app}.api" for app in APPS)):
    for name, resource in import_module(f"apps.{door}").routes:
        router.register(name, resource, basename=getattr(resource, "route", name))

urlpatterns = [
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/v1/", include((router.urls, "api"))),
    path("accounts/", include("allauth.account.urls")),
    *(path("", include((f"apps.{app}.urls", app))) for app in ("core", *APPS)),
]

# Where a change in the activity leads: the page of its object.
PAGES["vision.product"] = lambda product: reverse("roadmap:page", args=[product.workspace.slug, product.slug])
PAGES["roadmap.item"] = lambda item: reverse("roadmap:item", args=[item.workspace.slug, item.product.slug, item.number])
PAGES["vision.visionversion"] = lambda each: reverse("vision:version", args=[*_rooms(each), each.number])
PAGES["vision.goal"] = lambda goal: reverse("vision:page", args=_rooms(goal))
PAGES["milestones.milestone"] = lambda each: reverse("milestones:show", args=[*_rooms(each), each.pk])
PAGES["stakeholders.stakeholder"] = lambda each: reverse("stakeholders:person", args=[each.workspace.slug, each.pk])
PAGES["stakeholders.audience"] = lambda each: reverse("stakeholders:audience", args=[each.workspace.slug, each.pk])
PAGES["stakeholders.review"] = lambda each: reverse("stakeholders:review", args=[each.workspace.slug, each.pk])


def _rooms(each: Any) -> list[str]:
    return [each.workspace.slug, each.product.slug]
