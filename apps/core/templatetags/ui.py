"""The small drawn parts of a page: icons, faces, pills, tracks and form fields. Vocabulary: docs/design.md."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from zlib import crc32

from django import template
from django.forms import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from lucide import IconDoesNotExist, _render_icon

from apps.core import wording
from apps.core.lasting import lasting

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.template import Context

register = template.Library()
FACE_COLOURS = 8


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 16) -> SafeString:
    """Draw a Lucide icon beside words that say the same; the drawing itself is hidden from screen readers."""
    try:
        drawn = _render_icon(name, size, **{"class": "icon", "aria-hidden": "true"})
    except IconDoesNotExist as error:
        raise template.TemplateSyntaxError(f"Lucide has no icon named {name!r}.") from error
    return mark_safe(drawn)  # noqa: S308 - the package's own drawing; nobody's input is in it


@register.simple_tag
@lru_cache(maxsize=8)
def fixed(name: str) -> SafeString:
    """Include a template that says the same to everybody, drawn once in the life of a process."""
    return render_to_string(name)


@register.simple_tag(takes_context=True)
def lasts(context: Context, name: str, kinds: str, *about: object) -> SafeString:
    """Include a template that is drawn anew only once a change touched one of the kinds, or something it is about differs.

    It must show nothing but objects of these kinds (by spaces, as in `vision.goal`) and what it is about; values are
    compared by what they say of themselves, so models are named by their keys. It holds no form that needs a token.
    """
    values = cast("dict[str, Any]", context.flatten())
    key = (name, get_language(), get_current_timezone_name(), repr(about))
    return lasting(values["workspace"], tuple(kinds.split()), key, lambda: render_to_string(name, values))


@register.simple_tag
def face(person: object, size: str = "") -> SafeString:
    """Draw a person's initials on the colour that their name always has; the name itself is the tooltip."""
    name = str(person).strip() or "?"
    return format_html(
        '<span class="face c{} {}" title="{}" aria-hidden="true">{}</span>', _colour(name), size, name, initials(name)
    )


@register.filter
def initials(name: object) -> str:
    """Return up to two letters of a name: first and last word, or the start of an address."""
    words = str(name).split("@")[0].replace(".", " ").replace("_", " ").split() or ["?"]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])
    return letters.upper()


def _colour(name: str) -> int:
    return crc32(name.casefold().encode()) % FACE_COLOURS + 1


register.filter("noun", wording.noun)
register.filter("percent", wording.percent)


@register.filter
def inside(label: object, kind: str = "") -> str:
    """Return a label as it stands inside a sentence: `{{ item.get_status_display|inside }}`, of a noun `|inside:"noun"`."""
    return wording.inside(label, noun=kind == "noun")


@register.simple_tag
def pill(text: object, tone: str = "") -> SafeString:
    """Draw a short state: tone ok, warn, bad, info or none."""
    return format_html('<span class="pill {}">{}</span>', tone, text) if str(text) else SafeString("")


@register.simple_tag
def track(value: float | None, target: float | None = None, tone: str = "", label: str = "") -> SafeString:
    """Draw a share or progress from 0 to 100 percent, with a mark at the target where there is one."""
    filled = _percent(value)
    rail, mark, kind = SafeString(""), SafeString(""), tone
    if target is not None:
        rail = SafeString('<rect class="rail" width="100%"/>')
        mark = format_html('<rect class="target" x="{}%"/>', _percent(target))
        kind = f"share {tone}".strip()
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="track {}" {}>{}<rect width="{}%"/>{}</svg>', kind, said, rail, filled, mark)


def _percent(value: float | None) -> str:
    return f"{min(max(float(value or 0), 0), 100):.2f}".rstrip("0").rstrip(".")


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, placeholder: str = "") -> dict[str, Any]:
    """Render a form field with its label, help and errors, under the ids that Django's control names in aria-describedby."""
    widget = bound.field.widget
    return {
        "field": bound,
        "control": bound.as_widget(attrs={"placeholder": placeholder} if placeholder else None),
        "group": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "single": isinstance(widget, CheckboxInput),
        "markdown": "data-markdown" in widget.attrs,
        "mark": "req" if bound.field.required and _is_mixed(bound) else "",
    }


def _is_mixed(bound: BoundField) -> bool:
    """Return whether some fields of the form may stay empty; only then is it worth saying which may not."""
    return any(not each.required for each in bound.form.fields.values())
