"""Where the pages are."""

from __future__ import annotations

from django.urls import path

from apps.milestones.views import baselines, stops

_ALL = "w/<slug:ws>/p/<slug:product>/milestones/"
_ONE = f"{_ALL}<uuid:milestone>/"

_BASELINES = "w/<slug:ws>/p/<slug:product>/baselines/"

urlpatterns = [
    path(_ALL, stops.index, name="page"),
    path(f"{_ALL}new/", stops.new, name="new"),
    path(_ONE, stops.show, name="show"),
    path(f"{_ONE}edit/", stops.edit, name="edit"),
    path(f"{_ONE}reach/", stops.reach, name="reach"),
    path(f"{_ONE}reopen/", stops.reopen, name="reopen"),
    path(f"{_ONE}drop/", stops.drop, name="drop"),
    path(f"{_ONE}archive/", stops.archive, name="archive"),
    path(f"{_ONE}restore/", stops.restore, name="restore"),
    path(f"{_ONE}items/", stops.add_item, name="add_item"),
    path("w/<slug:ws>/p/<slug:product>/items/<int:number>/transfer/", stops.transfer, name="transfer"),
    path("w/<slug:ws>/items/<uuid:item>/milestone/", stops.pill, name="pill"),
    path(_BASELINES, baselines.index, name="baselines"),
    path(f"{_BASELINES}new/", baselines.new, name="new_baseline"),
    path(f"{_BASELINES}<uuid:baseline>/edit/", baselines.edit, name="edit_baseline"),
    path(f"{_BASELINES}<uuid:baseline>/archive/", baselines.archive, name="archive_baseline"),
    path(f"{_BASELINES}<uuid:baseline>/restore/", baselines.restore, name="restore_baseline"),
    path(_ALL, stops.index, name="page"),
    path(f"{_ALL}new/", stops.new, name="new"),
    path(_ONE, stops.show, name="show"),
    path(f"{_ONE}edit/", stops.edit, name="edit"),
    path(f"{_ONE}reach/", stops.reach, name="reach"),
    path(f"{_ONE}reopen/", stops.reopen, name="reopen"),
    path(f"{_ONE}drop/", stops.drop, name="drop"),
    path(f"{_ONE}archive/", stops.archive, name="archive"),
    path(f"{_ONE}restore/", stops.restore, name="restore"),
    path(f"{_ONE}items/", stops.add_item, name="add_item"),
    path("w/<slug:ws>/items/<uuid:item>/milestone/", stops.pill, name="pill"),
]
