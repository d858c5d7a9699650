"""Where the pages are."""

from __future__ import annotations

from django.urls import path

from apps.milestones import views

_ALL = "w/<slug:ws>/p/<slug:product>/milestones/"
_ONE = f"{_ALL}<uuid:milestone>/"

urlpatterns = [
    path(_ALL, views.index, name="page"),
    path(f"{_ALL}new/", views.new, name="new"),
    path(_ONE, views.show, name="show"),
    path(f"{_ONE}edit/", views.edit, name="edit"),
    path(f"{_ONE}reach/", views.reach, name="reach"),
    path(f"{_ONE}reopen/", views.reopen, name="reopen"),
    path(f"{_ONE}drop/", views.drop, name="drop"),
    path(f"{_ONE}archive/", views.archive, name="archive"),
    path(f"{_ONE}restore/", views.restore, name="restore"),
    path(f"{_ONE}items/", views.add_item, name="add_item"),
    path("w/<slug:ws>/p/<slug:product>/items/<int:number>/transfer/", views.transfer, name="transfer"),
    path("w/<slug:ws>/items/<uuid:item>/milestone/", views.pill, name="pill"),
]
