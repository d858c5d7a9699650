"""`./manage.py token EMAIL --workspace SLUG`: a new API token, alone on its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from apps.accounts import actions, rules
from apps.accounts.models import Role, Scope, User, Workspace
from apps.core.actors import Actor

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Make an API token for a member of a workspace, with all that their role allows unless --scopes says less."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--scopes", nargs="+", choices=Scope.values, metavar="SCOPE")
        parser.add_argument("--name", default="command line")

    def handle(self, *args: Any, email: str, workspace: str, scopes: list[str] | None, name: str, **options: Any) -> None:
        del args, options
        user = User.objects.filter(email=email.strip().lower()).first()
        home = Workspace.objects.filter(slug=workspace).first()
        if user is None or home is None:
            raise CommandError(f"There is no {f'workspace {workspace}' if user else f'account {email}'}.")
        actor = Actor(user=user, name=str(user), via="system")
        role = rules.role_of(actor, home.pk)
        wanted = scopes or rules.scopes_of(role or Role.VIEWER)
        try:
            token = actions.create_token(actor, home, name=name, scopes=wanted)
        except (PermissionDenied, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(token.text)
