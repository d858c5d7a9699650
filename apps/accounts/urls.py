"""Where the pages are."""

from __future__ import annotations

from django.urls import path

from apps.accounts.views import activity, home, invitation, live, mails, me, search, settings

_SETTINGS = "w/<slug:ws>/settings/"

urlpatterns = [
    path("", home.home, name="home"),
    path("me/", me.me, name="me"),
    path("workspaces/new/", home.new_workspace, name="new_workspace"),
    path("invite/<str:secret>/", invitation.show, name="invitation"),
    path("invitations/<uuid:invitation>/accept/", invitation.accept, name="accept"),
    path("live/<slug:ws>", live.live, name="live"),
    path("w/<slug:ws>/", home.workspace, name="workspace"),
    path("w/<slug:ws>/activity/", activity.activity, name="activity"),
    path("w/<slug:ws>/search/", search.search, name="search"),
    path("w/<slug:ws>/mail/", mails.index, name="mails"),
    path("w/<slug:ws>/mail/<uuid:mail>/resend/", mails.resend, name="resend"),
    path(_SETTINGS, settings.settings, name="settings"),
    path(f"{_SETTINGS}invite/", settings.invite, name="invite"),
    path(f"{_SETTINGS}invitations/<uuid:invitation>/withdraw/", settings.withdraw, name="withdraw"),
    path(f"{_SETTINGS}members/<uuid:member>/role/", settings.change_role, name="change_role"),
    path(f"{_SETTINGS}members/<uuid:member>/remove/", settings.remove, name="remove"),
    path(f"{_SETTINGS}mail/", settings.choose_mail, name="choose_mail"),
    path(f"{_SETTINGS}tokens/", settings.new_token, name="new_token"),
    path(f"{_SETTINGS}tokens/<uuid:token>/revoke/", settings.revoke_token, name="revoke_token"),
]
