"""Where the roadmap's pages are."""

from __future__ import annotations

from django.urls import path

from apps.roadmap.views import (
    board,
    cells,
    decisions,
    items,
    mentions,
    portfolio,
    presence,
    present,
    roadmap,
    saved,
    scoring,
    several,
)

_PRODUCT = "w/<slug:ws>/p/<slug:product>/"
_ITEM = f"{_PRODUCT}items/<int:number>/"
_VIEW = f"{_PRODUCT}views/<uuid:view>/"

urlpatterns = [
    path("w/<slug:ws>/mentions/", mentions.mine, name="mentions"),
    path("w/<slug:ws>/mentions/<uuid:comment>/seen/", mentions.seen, name="mentions_seen"),
    path("w/<slug:ws>/portfolio/", portfolio.show, name="portfolio"),
    path(f"{_PRODUCT}roadmap/", roadmap.show, name="page"),
    path(f"{_PRODUCT}roadmap/lines/", roadmap.lines, name="lines"),
    path(f"{_PRODUCT}present/", present.present, name="present"),
    path(f"{_PRODUCT}board/limit/", board.limit, name="limit"),
    path(f"{_PRODUCT}first-steps/hide/", roadmap.hide_steps, name="hide_steps"),
    path(f"{_PRODUCT}alignment/", roadmap.alignment, name="alignment"),
    path(f"{_PRODUCT}scorecards/", scoring.scorecards, name="scorecards"),
    path(f"{_PRODUCT}scorecards/new/", scoring.new_scorecard, name="new_scorecard"),
    path(f"{_PRODUCT}scorecards/<uuid:scorecard>/", scoring.edit_scorecard, name="scorecard"),
    path(f"{_PRODUCT}scorecards/<uuid:scorecard>/archive/", scoring.archive_scorecard, name="archive_scorecard"),
    path(f"{_PRODUCT}scorecards/<uuid:scorecard>/restore/", scoring.restore_scorecard, name="restore_scorecard"),
    path(f"{_PRODUCT}presence/", presence.here, name="presence"),
    path(f"{_PRODUCT}undo/", several.undo, name="undo"),
    path(f"{_PRODUCT}undo/<int:seq>/", several.undo_one, name="undo_change"),
    path(f"{_PRODUCT}redo/", several.redo, name="redo"),
    path(f"{_PRODUCT}views/new/", saved.new, name="new_view"),
    path(_VIEW, saved.show, name="view"),
    path(f"{_VIEW}edit/", saved.edit, name="edit_view"),
    path(f"{_VIEW}keep/", saved.keep, name="keep_view"),
    path(f"{_VIEW}default/", saved.default, name="default_view"),
    path(f"{_VIEW}delete/", saved.delete, name="delete_view"),
    path(f"{_PRODUCT}decisions/", decisions.index, name="decisions"),
    path(f"{_PRODUCT}decisions/new/", decisions.new, name="new_decision"),
    path(f"{_PRODUCT}decisions/<uuid:decision>/edit/", decisions.edit, name="edit_decision"),
    path(f"{_PRODUCT}decisions/<uuid:decision>/archive/", decisions.archive, name="archive_decision"),
    path(f"{_PRODUCT}decisions/<uuid:decision>/restore/", decisions.restore, name="restore_decision"),
    path(f"{_PRODUCT}items/bulk/", several.bulk, name="bulk"),
    path(f"{_PRODUCT}items/put/", board.put, name="put"),
    path(f"{_PRODUCT}items/paste/", cells.paste, name="paste"),
    path(f"{_PRODUCT}items/new/", items.new, name="new"),
    path(f"{_PRODUCT}items/archived/", items.archived, name="archived"),
    path(_ITEM, items.show, name="item"),
    path(f"{_ITEM}edit/", items.edit, name="edit"),
    path(f"{_ITEM}cell/", cells.cell, name="cell"),
    path(f"{_ITEM}nest/", cells.nest, name="nest"),
    path(f"{_ITEM}move/", items.move, name="move"),
    path(f"{_ITEM}rate/", scoring.rate, name="rate"),
    path(f"{_ITEM}archive/", items.archive, name="archive"),
    path(f"{_ITEM}duplicate/", items.duplicate, name="duplicate"),
    path(f"{_ITEM}restore/", items.restore, name="restore"),
    path(f"{_ITEM}follow/", items.follow, name="follow"),
    path(f"{_ITEM}unfollow/", items.unfollow, name="unfollow"),
    path(f"{_ITEM}comments/", items.comment, name="comment"),
    path(f"{_ITEM}comments/<uuid:comment>/edit/", items.edit_comment, name="edit_comment"),
    path(f"{_ITEM}comments/<uuid:comment>/withdraw/", items.withdraw, name="withdraw"),
    path(f"{_ITEM}dependants/", items.dependants, name="dependants"),
    path(f"{_ITEM}shift/", items.shift, name="shift"),
    path(f"{_ITEM}links/", items.link, name="link"),
    path(f"{_ITEM}links/<uuid:dependency>/remove/", items.unlink, name="unlink"),
]
