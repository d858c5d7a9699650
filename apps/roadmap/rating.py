"""What people do to scorecards, and how they rate items by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.actions import action, create, moment, note, refuse, remove, save, save_all
from apps.core.undo import undoable
from apps.core.wording import PHRASES
from apps.roadmap import rules, scoring
from apps.roadmap.models import Item, Method, Score, Scorecard
from apps.roadmap.scoring import Factor, Uncountable, plain, rating_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from apps.core.actors import Actor
    from apps.vision.models import Product

NAMES = {
    Method.VALUE_EFFORT: _("Value and effort"), Method.RICE: _("RICE"), Method.WSJF: _("WSJF"), Method.OWN: _("Our scorecard"),
}  # fmt: skip


class ScorecardFields(TypedDict, total=False):
    """The fields of a scorecard that people edit; any subset. Only one of one's own method takes factors."""

    name: str
    factors: Iterable[Factor]


@action("scorecard.created", may=rules.add_scorecard)
def create_scorecard(
    actor: Actor, product: Product, *, method: str = Method.VALUE_EFFORT, reason: str = "", **fields: Unpack[ScorecardFields]
) -> Scorecard:
    """Add a scorecard to a product, with the factors of its method; one of an own method may be given others."""
    del actor, reason
    if method not in scoring.METHODS:
        refuse(method=gettext("Choose %(methods)s.") % {"methods": ", ".join(scoring.METHODS)})
    given = fields.get("factors")
    if given is not None and method != Method.OWN:
        refuse(factors=gettext("The factors of this method are its own; choose the method own for others."))
    return create(
        Scorecard(
            workspace_id=product.workspace_id, product=product, method=method, created_at=moment(),
            name=fields.get("name") or str(NAMES[Method(method)]),
            factors=_checked(_usual(method) if given is None else list(given)),
        )
    )  # fmt: skip


@action("scorecard.edited", may=rules.edit_scorecard)
def edit_scorecard(
    actor: Actor, scorecard: Scorecard, *, version: int | None = None, reason: str = "", **fields: Unpack[ScorecardFields]
) -> Scorecard:
    """Rename a scorecard, or change the factors of one's own; all its numbers are counted anew."""
    del actor, version, reason
    values: dict[str, Any] = dict(fields)
    if "factors" in fields:
        values["factors"] = _checked(list(fields["factors"]))
        if scorecard.method != Method.OWN and values["factors"] != scorecard.factors:
            refuse(factors=gettext("The factors of this method are its own; make a scorecard of the method own for others."))
    save(scorecard, **values)
    scores = list(Score.objects.filter(scorecard=scorecard).select_related("item")) if "factors" in fields else []
    for score in scores:
        score.scorecard = scorecard
    save_all((score, {"number": _counted(score, score.ratings, score.item.title)}) for score in scores)
    note(scorecard)
    return scorecard


@action("scorecard.archived", may=rules.edit_scorecard)
def archive_scorecard(actor: Actor, scorecard: Scorecard, *, version: int | None = None, reason: str = "") -> Scorecard:
    """Put a scorecard away; its scores stay, and it can be restored."""
    del actor, version, reason
    return save(scorecard, archived_at=moment())


@action("scorecard.restored", may=rules.edit)
def restore_scorecard(actor: Actor, scorecard: Scorecard, *, version: int | None = None, reason: str = "") -> Scorecard:
    """Take a scorecard up again."""
    del actor, version, reason
    return save(scorecard, archived_at=None)


@action("score.created", may=rules.edit_item)
def rate_item(actor: Actor, item: Item, *, scorecard: Scorecard, ratings: Mapping[str, Any], reason: str = "") -> Score:
    """Rate an item; factors that are not named keep the rating that they have."""
    del actor, reason
    if scorecard.product_id != item.product_id:
        refuse(scorecard=gettext("Choose a scorecard of this product."))
    if not ratings:
        refuse(ratings=gettext("Rate at least one factor."))
    if scorecard.archived_at:
        refuse(scorecard=gettext("This scorecard is archived; restore it first."))
    found = Score.objects.filter(item=item, scorecard=scorecard).first()
    score = found or Score(
        workspace_id=item.workspace_id, product_id=item.product_id, item=item, scorecard=scorecard, created_at=moment()
    )
    score.item, score.scorecard = item, scorecard
    values = _rated(score, ratings)
    if found:
        save(score, **values)
    else:
        score.ratings, score.number = values["ratings"], values["number"]
        create(score)
    note(item)
    return score


@action("score.edited", may=rules.edit_score)
def edit_score(actor: Actor, score: Score, *, ratings: Mapping[str, Any], version: int | None = None, reason: str = "") -> Score:
    """Rate some factors of an item anew, a rating of None takes it away. Raises `Stale` where one was changed after `version`."""
    del actor, version, reason
    save(score, **_rated(score, ratings))
    note(score.item)
    return score


@action("score.removed", may=rules.edit_score)
def remove_score(actor: Actor, score: Score, *, version: int | None = None, reason: str = "") -> Score:
    """Take an item's rating by a scorecard away, all of it."""
    del actor, version, reason
    note(score.item)
    remove(score)
    return score


def _rated(score: Score, ratings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a score's ratings with these among them, and the number that follows."""
    factors = {each.key: each for each in score.scorecard.rated_by}
    if unknown := sorted(set(ratings) - set(factors)):
        said = gettext("There is no factor %(name)s here; rate %(factors)s.")
        refuse(ratings=said % {"name": unknown[0], "factors": ", ".join(factors)})
    wrong: dict[str, str] = {}
    merged = {key: value for key, value in score.ratings.items() if key in factors}
    for key, value in ratings.items():
        if value is None:
            merged.pop(key, None)
            continue
        try:
            merged[key] = plain(rating_of(factors[key], value))
        except ValueError as error:
            wrong[key] = str(error)
    if wrong:
        refuse(**wrong)
    return {"ratings": merged, "number": _counted(score, merged)}


def _counted(score: Score, ratings: Mapping[str, Any], title: str = "") -> Decimal | None:
    try:
        return score.counted(dict(ratings))
    except Uncountable:
        costs = [each for each in score.scorecard.rated_by if each.cost]
        names = f" {gettext('and')} ".join(each.name for each in costs)
        why = gettext("%(names)s must be more than zero: nothing can be divided by it.") % {"names": names}
        refuse(**({"factors": f"{title}: {why}"} if title else {costs[0].key: why}))


def _usual(method: str) -> list[Factor]:
    """Return the factors of a method; those of one's own are called in the language of who makes it, who can rename them."""
    found = list(scoring.METHODS[method])
    return [each.spoken() for each in found] if method == Method.OWN else found


def _checked(factors: list[Factor]) -> list[dict[str, Any]]:
    """Return factors as a scorecard keeps them, or refuse what cannot be counted with."""
    if not [each for each in factors if not each.cost]:
        refuse(factors=gettext("Name at least one factor that speaks for an item."))
    if len(factors) > scoring.MOST_FACTORS:
        refuse(factors=gettext("A scorecard has at most %(count)s factors.") % {"count": scoring.MOST_FACTORS})
    names = [each.name.strip().casefold() for each in factors]
    if not all(names) or len(set(names)) != len(names) or len({each.key for each in factors}) != len(factors):
        refuse(factors=gettext("Give each factor a name of its own."))
    for each in factors:
        if not 0 <= each.low < each.high <= scoring.LARGEST:
            said = gettext("%(name)s: let its scale begin at zero or above, and end above its beginning.")
            refuse(factors=said % {"name": each.name})
        if not 0 < each.weight <= scoring.HEAVIEST or not _short(each.weight, each.low, each.high):
            said = gettext(
                "%(name)s: give it a weight above zero and at most %(most)s, and no number more than %(decimals)s decimals."
            )
            refuse(factors=said % {"name": each.name, "most": scoring.HEAVIEST, "decimals": scoring.FINEST})
    return [each.as_json() for each in factors]


def _short(*values: Decimal) -> bool:
    return all(value == round(value, scoring.FINEST) for value in values)


@undoable("roadmap.score", may=rules.edit_score)
def _scores_again(pairs: list[tuple[Score, dict[str, Any]]]) -> None:
    """Count anew: the scorecard may have other factors by now."""
    for score, values in pairs:
        if "ratings" not in values:
            continue
        values["number"] = _counted(score, values["ratings"] or {})
        if not Score.objects.filter(pk=score.pk).exists():
            score.number = values["number"]


PHRASES["score.created"] = "rated the item"
PHRASES["score.edited"] = "rated the item … anew"
PHRASES["score.removed"] = "took away a rating of the item"
