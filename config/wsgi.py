"""Pages and REST, for a server that speaks WSGI; `config.asgi` serves the same and the live streams."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
