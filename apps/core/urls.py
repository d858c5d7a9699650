"""Where the pages of the mechanism are."""

from __future__ import annotations

from django.urls import path

from apps.core.views import events, health, mailbox, pages, words

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<uuid:pk>/", mailbox.mail, name="mail"),
    path("mailbox/<uuid:pk>/html/", mailbox.body, name="mail_body"),
    path("mail/events/", events.told, name="mail_events"),
    path("preview/", pages.preview, name="preview"),
    path("words/<str:language>.js", words.words, name="words"),
    path("go/<str:kind>/<uuid:pk>/", pages.find, name="object"),
]
