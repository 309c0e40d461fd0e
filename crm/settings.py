"""Settings in one file, from the environment (12-factor). Fails loudly on what is missing."""

import gc
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from crm import logs
from crm.embedded import dotenv
from crm.embedded.state import State, default_root

# Nearly all that is made while starting stays: looking for garbage takes a quarter of that time.
# `CrmConfig.ready` begins with it.
gc.disable()

BASE_DIR = Path(__file__).resolve().parent.parent
dotenv.load_unless_ignored(BASE_DIR / ".env")
env = environ.Env()

PRODUCTION = env.bool("DUNWELL_PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)

# What development can do without and production cannot. All that is missing is named at once.
_NEEDED_IN_PRODUCTION = {
    "SECRET_KEY": "a long random string (python -c 'import secrets; print(secrets.token_hex(48))')",
    "ALLOWED_HOSTS": "the host names this site answers to, comma separated",
    "SITE_URL": "the address people type, https://...; it goes into mails",
    "DATABASE_URL": "postgres://user:password@host:5432/dunwell",
    "REDIS_URL": "redis://:password@host:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@host:587",
    "DEFAULT_FROM_EMAIL": "the sender of reminders",
}
if PRODUCTION:
    _missing = [
        f"  {key}: {hint}"
        for key, hint in _NEEDED_IN_PRODUCTION.items()
        if not env(key, default="")
    ]
    if _missing:
        raise ImproperlyConfigured("Production needs these settings:\n" + "\n".join(_missing))
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must be off when DUNWELL_PRODUCTION is on.")

SECRET_KEY = env(
    "SECRET_KEY", default="development-only-key-not-for-production-use-0123456789abcdef"
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rules.apps.AutodiscoverRulesConfig",
    "django_htmx",
    "django_structlog",
    "django_filters",
    "rest_framework",
    "core",
    "clients",
    "interactions",
    "contracts",
    "payments",
    "disputes",
    "credit",
    "reminders",
    "cases",
    "workspace",
    "imports",
    "portal",
    "crm",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crm.activity.SessionActivityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://crm@127.0.0.1:5432/dunwell")}
DATABASES["default"].update(
    ENGINE="django.db.backends.postgresql",
    CONN_MAX_AGE=60,
    CONN_HEALTH_CHECKS=True,
    ATOMIC_REQUESTS=False,
)
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "dunwell",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "core.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Dunwell"
USERSESSIONS_TRACK_ACTIVITY = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")
FORMAT_MODULE_PATH = ["crm.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / ".static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
STATE_DIR = default_root()
MEDIA_ROOT = env("MEDIA_ROOT", default=str(STATE_DIR / "media"))
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", default=25 * 1024 * 1024)
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=200 * 1024 * 1024)

# Without EMAIL_URL, mail goes to the catcher that `make run` starts and is read at /dev/mail/.
MAIL_CATCHER = not env("EMAIL_URL", default="")
MAIL_CATCHER_DIR = STATE_DIR / "mail"
if MAIL_CATCHER:
    EMAIL_HOST = "127.0.0.1"
    EMAIL_PORT = State(STATE_DIR).port("mail", default=2525)
else:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Dunwell <no-reply@dunwell.example>")
# Mails are fetched from here: imap+ssl://user:password@host:993/INBOX.
IMAP_URL = env("IMAP_URL", default="")
# Key for the register of the United Kingdom; without it nothing is asked there.
COMPANIES_HOUSE_KEY = env("COMPANIES_HOUSE_KEY", default="").strip()
# Where staff send copies (BCC) or forward mails to; it counts as one of our own addresses.
MAIL_ARCHIVE_ADDRESS = env("MAIL_ARCHIVE_ADDRESS", default="").strip().lower()

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
# A statement of 500 invoices asks two things of each, on one page.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 2 * 60 * 60}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# The whole beat schedule is code; tasks read the outbox, so a second beat is harmless.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-outbox": {"task": "core.tasks.sweep_outbox", "schedule": 30.0},
    "compact-aging-flow": {"task": "payments.tasks.compact_aging_flow", "schedule": 600.0},
    "daily-payments": {"task": "payments.tasks.daily", "schedule": 3600.0},
    "send-written-mails": {"task": "interactions.tasks.send_written", "schedule": 60.0},
    "poll-mail": {"task": "interactions.tasks.poll_mail", "schedule": 180.0},
    "compare-clients": {"task": "credit.tasks.compare", "schedule": 60.0},
    "send-reminders": {"task": "reminders.tasks.send_queued", "schedule": 60.0},
    "chase-links": {"task": "portal.tasks.chase", "schedule": 600.0},
    "daily-credit": {"task": "credit.tasks.daily", "schedule": 3600.0},
    "deem-minutes": {"task": "interactions.tasks.deem", "schedule": 3600.0},
    "net-margins": {"task": "credit.tasks.margins", "schedule": 21600.0},
}

# The accounts that `seed_demo` makes, one per role. Never made in production.
DEMO_DOMAIN = "dunwell.example"
DEMO_PASSWORD = env("DUNWELL_DEMO_PASSWORD", default="dunwell-demo")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The cookie of an opened client link: with the `__Host-` prefix, which browsers take on HTTPS only.
PORTAL_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # The load balancer asks these over plain HTTP.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = logs.configure(
    level=env("LOG_LEVEL", default="INFO"), as_json=env.bool("LOG_JSON", default=PRODUCTION)
)
# Tasks log who asked for them, and when they begin and end.
DJANGO_STRUCTLOG_CELERY_ENABLED = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
