"""What people say about items: decisions, comments, whom they name and who listens."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import TenantModel, User
from apps.core.search import words_in
from apps.core.validators import no_null, not_blank, sensible_date
from apps.roadmap.models.items import Item
from apps.vision.models import Goal, Product


class Decision(TenantModel):
    """A question settled, with the reason and the goal that it leans on; of a whole roadmap or of one item of it."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    question = models.CharField(max_length=300, validators=[no_null, not_blank])
    answer = models.TextField(max_length=2_000, validators=[no_null, not_blank], help_text=_("What was settled."))
    reason = models.TextField(max_length=2_000, validators=[no_null, not_blank], help_text=_("Why so."))
    goal = models.ForeignKey(
        Goal, models.SET_NULL, null=True, blank=True, related_name="+", help_text=_("The goal that it leans on.")
    )
    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True, related_name="decisions")
    decided_on = models.DateField(validators=[sensible_date])
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-decided_on", "-id")
        indexes = (
            GinIndex(fields=("question",), opclasses=("gin_trgm_ops",), name="decision_like"),
            GinIndex(words_in("question", "answer", "reason"), name="decision_words"),
        )

    def __str__(self) -> str:
        return self.question


class Comment(TenantModel):
    """What somebody said about an item, in markdown. A withdrawn comment keeps its place without its words."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="comments")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    body = models.TextField(max_length=20_000, validators=[no_null, not_blank])
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    untracked = unsaid = frozenset({"body"})  # a comment's words live in one place, so that withdrawing removes them

    class Meta:
        ordering = ("id",)
        indexes = (GinIndex(words_in("body"), name="comment_words"),)

    def __str__(self) -> str:
        return f"comment on {self.item.title}"


class Mention(models.Model):
    """That a comment names a member. Its id grows with time within a workspace, so that what is seen is all up to one of them."""

    id = models.BigAutoField(primary_key=True)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("comment", "user"), name="mention_once"),)
        indexes = (models.Index(fields=("user", "id"), name="mention_newest"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.comment}"


class Follow(TenantModel):
    """That somebody chose to follow an item, or (not `on`) to be left alone with it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    on = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "user"), name="follow_once"),)

    def __str__(self) -> str:
        return f"{self.user} on {self.item.title}"
