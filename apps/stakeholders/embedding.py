"""A share link's view inside a page of somebody else: which sites may show it, and under which address.

The address is signed and can be shown again, unlike the link's secret; it opens nothing but the embedded page. Which sites
may show it is enforced by browsers (`frame-ancestors`), and a browser that opens it as a page of its own is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.csp import CSP
from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.stakeholders.models import ShareLink

MOST = 20  # sites of one link
# Scheme, host and port and nothing else, so that no text of people can add a rule to the policy.
_SITE = re.compile(r"(?:https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|http://(?:localhost|127\.0\.0\.1))(?::[1-9][0-9]{0,4})?")


def origins(texts: Iterable[str]) -> list[str]:
    """Return sites as browsers write them, each once; raises ValueError with what is wrong and the remedy."""
    found: dict[str, None] = {}
    for text in texts:
        if not (plain := text.strip().rstrip("/").lower()):
            continue
        scheme, slashes, host = plain.partition("://")
        try:
            site = f"{scheme}{slashes}{host if host.isascii() else host.encode('idna').decode()}"
        except UnicodeError:
            site = ""
        if not _SITE.fullmatch(site) or len(site) > 260:
            message = gettext("%(text)s is not a site; write it like https://www.example.com, without a path.") % {
                "text": text.strip()[:80]
            }
            raise ValueError(message)
        found[site] = None
    if len(found) > MOST:
        message = gettext("Name at most %(most)s sites.") % {"most": MOST}
        raise ValueError(message)
    return list(found)


def address(link: ShareLink) -> str:
    """Return the address that a frame shows."""
    return f"{settings.BASE_URL}/embed/{signing.Signer(salt='embed').sign(str(link.pk))}/"


def link_of(token: str) -> UUID | None:
    """Return the id of the link that an embedded page's address names, or None for one that we did not sign."""
    try:
        return UUID(signing.Signer(salt="embed").unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def snippet(link: ShareLink) -> str:
    """Return the HTML to put into a page of an allowed site."""
    return (
        f'<iframe src="{address(link)}" title="Roadmap" width="100%" height="640" loading="lazy" '
        'referrerpolicy="strict-origin"></iframe>'
    )


def policy(link: ShareLink) -> dict[str, list[str]]:
    """Return the content security policy of the embedded page: shown by the allowed sites, and without any script."""
    own = {"frame-ancestors": list(link.embed_origins), "script-src": [CSP.NONE], "connect-src": [CSP.NONE]}
    return cast("dict[str, list[str]]", {**settings.SECURE_CSP, **own})
