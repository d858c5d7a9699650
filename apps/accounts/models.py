"""People, the workspaces they share, and what each may do there."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, ClassVar, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.models import Tracked, new_id
from apps.core.validators import no_null, not_blank
from apps.core.wording import TEXTS, again, inside

if TYPE_CHECKING:
    from datetime import datetime

    from apps.core.actors import Actor

slug_shape = RegexValidator(r"\A[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?\Z", _("Use 1 to 50 small letters, digits and hyphens."))


def digest(secret: str) -> str:
    """Return the SHA-256 of a random secret, in hex; a secret of 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """Return 256 random bits as 43 characters that are safe in an address."""
    return secrets.token_urlsafe(32)


def known_zone(name: str) -> None:
    """Refuse a time zone that the IANA database does not have."""
    if name not in available_timezones():
        message = gettext("Choose a time zone by its IANA name, for example Europe/Berlin.")
        raise ValidationError(message)


class Users(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **values: Any) -> User:
        """Make a person who may sign in; the address is kept in small letters."""
        user = self.model(email=email.lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **values: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **values)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, in as many workspaces as invited them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True, error_messages={"unique": _("Somebody uses this address already.")})
    name = models.CharField(max_length=100, blank=True, validators=[no_null])
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])
    language = models.CharField(max_length=10, blank=True, choices=settings.LANGUAGES)  # empty: as the browser asks
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_small"),)

    def __str__(self) -> str:
        return self.name or self.email.partition("@")[0]


class Role(models.TextChoices):
    """What a member may do: each role may all that the ones below it may."""

    OWNER = "owner", pgettext_lazy("role", "Owner")
    EDITOR = "editor", pgettext_lazy("role", "Editor")
    COMMENTER = "commenter", pgettext_lazy("role", "Commenter")
    VIEWER = "viewer", pgettext_lazy("role", "Viewer")


class Weekday(models.TextChoices):
    """The days with which weeks begin somewhere."""

    MONDAY = "monday", _("Monday")
    SATURDAY = "saturday", _("Saturday")
    SUNDAY = "sunday", _("Sunday")


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def visible_to(self, actor: Actor) -> Self:
        """Keep the workspaces of which the actor is a member, and only the token's own for a token."""
        mine = self.filter(memberships__user=actor.user) if actor.user else self.none()
        return mine.filter(pk=actor.workspace_id) if actor.workspace_id else mine


class Workspace(Tracked):
    """The tenant. Its row is the lock of every write in it, and carries the number of its last change."""

    name = models.CharField(max_length=80, validators=[no_null, not_blank])
    slug = models.CharField(
        max_length=50,
        unique=True,
        validators=[slug_shape],
        error_messages={"unique": _("This address is taken; choose another.")},
    )
    seq = models.BigIntegerField(default=0, editable=False)
    mail_paused = models.BooleanField(default=False)
    year_begins = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="The month with which the fiscal year begins; quarters and half-years are counted from it.",
    )
    week_begins = models.CharField(max_length=8, choices=Weekday, default=Weekday.MONDAY, db_default=Weekday.MONDAY)

    objects = WorkspaceQuerySet.as_manager()
    untracked = frozenset({"seq"})

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(year_begins__range=(1, 12)), name="workspace_year_begins",
                violation_error_message=_("Choose a month from 1 to 12."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class TenantQuerySet[M: models.Model](models.QuerySet[M]):
    def visible_to(self, actor: Actor) -> Self:
        """Keep the rows of the workspaces of which the actor is a member; a token sees its own workspace only."""
        if actor.user is None:
            return self.none()
        mine = Membership.objects.filter(user_id=actor.user.pk)
        if actor.workspace_id:
            mine = mine.filter(workspace_id=actor.workspace_id)
        return self.filter(workspace_id__in=mine.values("workspace_id"))


class TenantModel(Tracked):
    """A tracked object that belongs to one workspace. See `core.tenancy` for its keys in the database."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", editable=False)

    objects: ClassVar[Any] = TenantQuerySet.as_manager()

    class Meta:
        abstract = True


class Membership(TenantModel):
    """A person in a workspace, with a role."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships", editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    comment_mail = models.BooleanField(
        default=True, help_text="A mail when somebody mentions one, or comments on an item that one follows."
    )
    steps_hidden = ArrayField(models.UUIDField(), default=list, blank=True, editable=False)  # products without first steps
    mentions_seen = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)  # the newest mention that was seen

    untracked = uncounted = frozenset({"steps_hidden", "mentions_seen"})

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "user"),
                name="membership_once",
                violation_error_message=_("This person is a member already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Invitation(TenantModel):
    """An offer of a role to one address; the link works once, for that verified address only."""

    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role, default=Role.EDITOR)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    untracked = frozenset({"secret_hash"})
    link_secret = ""  # only on the object that invite_member returns

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "workspace", Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
                violation_error_message=_("This address has an open invitation; withdraw it first."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.email

    def is_open(self, at: datetime | None = None) -> bool:
        """Say whether it can be accepted now, or could be at that moment of replayed history."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > (at or timezone.now())


class Scope(models.TextChoices):
    """What a token may do, never more than its owner's role."""

    READ = "read", pgettext_lazy("scope", "Read")
    WRITE = "write", pgettext_lazy("scope", "Write")
    ADMIN = "admin", pgettext_lazy("scope", "Admin")


def default_scopes() -> list[str]:
    return [Scope.READ.value]


class ApiToken(TenantModel):
    """A key to the REST API for one workspace. Only its hash is kept; it is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, validators=[no_null, not_blank])
    prefix = models.CharField(max_length=8, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), default=default_scopes)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    untracked = frozenset({"secret_hash", "last_used_at"})
    text = ""  # only on the object that create_token returns

    def __str__(self) -> str:
        return f"{self.name} (lode_{self.prefix}…)"

    def scopes_in_words(self) -> str:
        """Return what it may, as its person reads it."""
        return ", ".join(inside(Scope(each).label, noun=True) for each in self.scopes)

    def is_open(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


TEXTS["accounts.membership"] = again(r"(?P<user>.*) \((?P<role>\w+)\)", "%(user)s (%(role)s)", nouns=True, role=Role)
