"""Where the pages are."""

from __future__ import annotations

from django.urls import path

from apps.stakeholders.views import (
    audiences,
    coming,
    feeds,
    files,
    ledger,
    links,
    outside,
    own,
    people,
    preview,
    reviewed,
    reviews,
    webhooks,
)

_WS = "w/<slug:ws>/"
_PERSON = f"{_WS}stakeholders/<uuid:stakeholder>/"
_SUBSCRIPTION = f"{_WS}subscriptions/<uuid:subscription>/"
_AUDIENCE = f"{_WS}audiences/<uuid:audience>/"
_WEBHOOK = f"{_WS}webhooks/<uuid:webhook>/"
_REVIEW = f"{_WS}reviews/<uuid:review>/"

urlpatterns = [
    path(f"{_WS}stakeholders/", people.index, name="page"),
    path(f"{_WS}stakeholders/new/", people.new, name="new"),
    path(f"{_WS}stakeholders/as/", preview.shown, name="shown"),
    path(f"{_WS}stakeholders/unreachable/", people.unreachable, name="unreachable"),
    path(f"{_WS}stakeholders/out-of-date/", ledger.out_of_date, name="out_of_date"),
    path(_PERSON, people.show, name="person"),
    path(f"{_PERSON}edit/", people.edit, name="edit"),
    path(f"{_PERSON}try-again/", people.try_again, name="try_again"),
    path(f"{_PERSON}archive/", people.archive, name="archive"),
    path(f"{_SUBSCRIPTION}rhythm/", people.rhythm, name="rhythm"),
    path(f"{_SUBSCRIPTION}ask/", people.ask, name="ask"),
    path(f"{_SUBSCRIPTION}pause/", people.pause, name="pause"),
    path(f"{_SUBSCRIPTION}resume/", people.resume, name="resume"),
    path(f"{_SUBSCRIPTION}narrow/", people.narrow, name="narrow"),
    path(f"{_SUBSCRIPTION}end/", people.end, name="end"),
    path(f"{_WS}items/<uuid:item>/told/", ledger.told_item, name="told_item"),
    path(f"{_WS}milestones/<uuid:milestone>/told/", ledger.told_milestone, name="told_milestone"),
    path(f"{_WS}items/<uuid:item>/surprise/", ledger.surprise, name="surprise"),
    path(f"{_WS}items/<uuid:item>/reviews/", reviewed.of_item, name="reviews_of"),
    path(f"{_WS}p/<slug:product>/audiences/new/", audiences.new, name="new_audience"),
    path(_AUDIENCE, audiences.show, name="audience"),
    path(f"{_AUDIENCE}digests/", coming.digests, name="digests"),
    path(f"{_AUDIENCE}digests/approve/", coming.approve, name="approve_digests"),
    path(f"{_AUDIENCE}told/", ledger.told_audience, name="told_audience"),
    path(f"{_AUDIENCE}edit/", audiences.edit, name="edit_audience"),
    path(f"{_AUDIENCE}archive/", audiences.archive, name="archive_audience"),
    path(f"{_AUDIENCE}subscribe/", audiences.subscribe, name="subscribe"),
    path(f"{_AUDIENCE}members/<uuid:stakeholder>/leave/", audiences.leave, name="leave"),
    path(f"{_AUDIENCE}takeaway/", files.take_away, name="take_away"),
    path(f"{_AUDIENCE}links/", links.new, name="new_link"),
    path(f"{_WS}share-links/<uuid:link>/edit/", links.edit, name="edit_link"),
    path(f"{_WS}share-links/<uuid:link>/revoke/", links.revoke, name="revoke_link"),
    path(f"{_AUDIENCE}webhooks/", webhooks.new, name="new_webhook"),
    path(_WEBHOOK, webhooks.show, name="webhook"),
    path(f"{_WEBHOOK}edit/", webhooks.edit, name="edit_webhook"),
    path(f"{_WEBHOOK}secret/", webhooks.rotate, name="rotate_webhook"),
    path(f"{_WEBHOOK}remove/", webhooks.remove, name="remove_webhook"),
    path(f"{_WEBHOOK}messages/<uuid:delivery>/", webhooks.redeliver, name="redeliver"),
    path(f"{_WS}reviews/", reviews.index, name="reviews"),
    path(f"{_WS}p/<slug:product>/reviews/new/", reviews.new, name="new_review"),
    path(_REVIEW, reviews.show, name="review"),
    path(f"{_REVIEW}edit/", reviews.edit, name="edit_review"),
    path(f"{_REVIEW}items/<uuid:item>/", reviews.verdict, name="verdict"),
    path(f"{_REVIEW}decide/", reviews.decide, name="decide"),
    path(f"{_REVIEW}minutes.txt", reviews.minutes, name="minutes"),
    path(f"{_REVIEW}hold/", reviews.hold, name="hold"),
    path(f"{_REVIEW}cancel/", reviews.cancel, name="cancel_review"),
    path("s/<str:token>", outside.share, name="share"),
    path("s/<str:token>/atom.xml", feeds.atom, name="atom"),
    path("s/<str:token>/calendar.ics", feeds.calendar, name="calendar"),
    path("shared/<uuid:link>/", outside.shared, name="shared"),
    path("c/<str:token>/", own.confirm, name="confirm"),
    path("m/<str:token>/", own.own, name="own"),
    path("m/<str:token>/pause/", own.pause, name="own_pause"),
    path("m/<str:token>/resume/", own.resume, name="own_resume"),
    path("shared/<uuid:link>/read/", outside.read, name="read"),
    path("shared/<uuid:link>/keep/", outside.keep, name="keep"),
    path("verify/", files.verify, name="verify"),
    path("embed/<str:token>/", outside.embed, name="embed"),
    path("r/<str:token>/", outside.reader, name="reader"),
    path("u/<str:token>/", outside.unsubscribe, name="unsubscribe"),
]
