"""Where the pages of the why are."""

from __future__ import annotations

from django.urls import path

from apps.vision.views import goals, products, vision

_WS = "w/<slug:ws>/"
_PRODUCT = f"{_WS}p/<slug:product>/"
_VISION = f"{_PRODUCT}vision/"
_SIGN_OFF = f"{_PRODUCT}sign-offs/<uuid:sign_off>/"
_GOAL = f"{_PRODUCT}goals/<uuid:goal>/"
_KEY_RESULT = f"{_PRODUCT}key-results/<uuid:key_result>/"

urlpatterns = [
    path(f"{_WS}new-product/", products.new, name="new_product"),
    path(f"{_PRODUCT}settings/", products.settings, name="product_settings"),
    path(f"{_PRODUCT}archive/", products.archive, name="archive_product"),
    path(f"{_PRODUCT}restore/", products.restore, name="restore_product"),
    path(_VISION, vision.show, name="page"),
    path(f"{_VISION}propose/", vision.propose, name="propose"),
    path(f"{_VISION}compare/", vision.compare, name="compare"),
    path(f"{_VISION}v/<int:number>/", vision.version, name="version"),
    path(f"{_SIGN_OFF}answer/", vision.answer, name="answer"),
    path(f"{_SIGN_OFF}object/", vision.object_to, name="object"),
    path(f"{_PRODUCT}goals/new/", goals.new_goal, name="new_goal"),
    path(f"{_GOAL}edit/", goals.edit_goal, name="edit_goal"),
    path(f"{_GOAL}archive/", goals.archive_goal, name="archive_goal"),
    path(f"{_GOAL}restore/", goals.restore_goal, name="restore_goal"),
    path(f"{_GOAL}move/", goals.move_goal, name="move_goal"),
    path(f"{_GOAL}key-results/new/", goals.new_key_result, name="new_key_result"),
    path(f"{_KEY_RESULT}edit/", goals.edit_key_result, name="edit_key_result"),
    path(f"{_KEY_RESULT}remove/", goals.remove_key_result, name="remove_key_result"),
]
