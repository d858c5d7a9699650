"""Django's settings, read from the environment. What each variable means: docs/operations.md."""

from __future__ import annotations

from typing import Any

from django.urls import reverse_lazy
from django.utils.csp import CSP

from config import env

BASE_DIR = env.ROOT

DEMO = env.DEMO
TESTING = env.TESTING
SECRET_KEY = env.SECRET_KEY
DEBUG = False
BASE_URL = env.BASE_URL
ALLOWED_HOSTS = env.ALLOWED_HOSTS
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "apps.core",
    "apps.accounts",
    "apps.vision",
    "apps.roadmap",
    "apps.milestones",
    "apps.stakeholders",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_linear_migrations",
    "django_htmx",
    "django_filters",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "apps.core.middleware.guard",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.core.middleware.own_locale",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.accounts.http.shell",
                "apps.vision.http.shell",
                "apps.stakeholders.http.nav",
            ],
        },
    }
]

# --- State: all of it in PostgreSQL ---------------------------------------------------------------------------------
DATABASES = {"default": env.DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
WORKSPACE_MODEL = "accounts.Workspace"
WORKSPACE_FRONT_PAGE = "apps.vision.http.front_page"
AUTH_USER_MODEL = "accounts.User"
SESSION_ENGINE = "apps.accounts.sessions"
# Rate limits are counted in the database too, so that losing Valkey opens none.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # Views of roadmaps, drawn once per edit: each process keeps its own, and a key that is out of date is never asked for.
    "drawn": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "drawn", "OPTIONS": {"MAX_ENTRIES": 100}},
}

# --- Valkey: wake-ups only ------------------------------------------------------------------------------------------
VALKEY_URL = env.VALKEY_URL
VALKEY_PREFIX = env.VALKEY_PREFIX

CELERY_BROKER_URL = VALKEY_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": VALKEY_PREFIX,
    "visibility_timeout": 900,  # longer than any task may run
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,  # else redelivery waits 100 s more
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_BEAT_SCHEDULE = {
    "send-due": {"task": "apps.stakeholders.tasks.send_due", "schedule": 30.0, "options": {"expires": 25}},
    "post-due": {"task": "apps.stakeholders.tasks.post_due", "schedule": 10.0, "options": {"expires": 9}},
    "deliver": {"task": "apps.core.tasks.deliver", "schedule": 10.0, "options": {"expires": 9}},
    "heartbeat": {"task": "apps.core.tasks.heartbeat", "schedule": 10.0, "options": {"expires": 9}},
    "tidy": {"task": "apps.core.tasks.tidy", "schedule": 3600.0, "options": {"expires": 3500}},
}

# --- People ---------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["apps.accounts.sessions.Backend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"] if TESTING else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "apps.accounts.forms.SignUp"
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.TRUSTED_PROXIES

# --- Mail: every mail is a row of the outbox first ------------------------------------------------------------------
MAILERS = {"default": {"BACKEND": "apps.core.mail.OutboxBackend"}}
SMTP_URL = env.SMTP_URL
MAIL_PROVIDER = env.MAIL_PROVIDER
ANYMAIL = {
    "IGNORE_UNSUPPORTED_FEATURES": True,  # a mail without its picture is better than none
    "AMAZON_SES_CLIENT_PARAMS": {"config": {"retries": {"total_max_attempts": 1}}},  # else boto3 might send a mail twice
    **env.PROVIDER_SETTINGS,
}
DEFAULT_FROM_EMAIL = env.MAIL_FROM
WEBHOOK_PRIVATE_NETWORKS = env.WEBHOOK_PRIVATE_NETWORKS

# --- Browser safety -------------------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "lodestar_session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "lodestar_csrf"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 10_485_760

# --- Pages ----------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "apps.core.npm.NpmFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if env.COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not env.COLLECTED
WHITENOISE_AUTOREFRESH = not env.COLLECTED
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- REST -----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.accounts.http.TokenAuthentication", "apps.accounts.http.ApiSession"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsing.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.Schema",
    "EXCEPTION_HANDLER": "apps.core.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lodestar",
    "DESCRIPTION": "Roadmaps on which everyone affected knows what is coming, when, why, and what changed.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ItemStatus": "apps.roadmap.models.Status",
        "ItemType": "apps.roadmap.models.ItemType",
        "DependencyKind": "apps.roadmap.models.DependencyKind",
        "MilestoneKind": "apps.milestones.models.Kind",
        "MilestoneState": "apps.milestones.models.MilestoneState",
        "ReviewState": "apps.stakeholders.models.ReviewState",
        "VersionState": "apps.vision.models.VersionState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.api.schema.document_problems",
    ],
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "httpx": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS = ["django_linear_migrations.E001"] if TESTING else []

if env.SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=env.SENTRY_DSN, send_default_pii=False)
