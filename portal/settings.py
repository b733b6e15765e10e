"""Every setting once, read from the environment; `.env.example` documents each."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

import environ
import structlog
from cryptography.fernet import Fernet
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.web.logs import mask_secret_paths

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- The mode ------------------------------------------------------------------------------------
PORTAL_MODE = env("PORTAL_MODE", default="demo")
if PORTAL_MODE not in ("demo", "production"):
    raise ImproperlyConfigured(f"PORTAL_MODE is demo or production, not {PORTAL_MODE!r}")
DEMO = PORTAL_MODE == "demo"
PORTAL_VAR = Path(env("PORTAL_VAR", default=str(BASE_DIR / "var"))).resolve()
PORTAL_PORT = env.int("PORTAL_PORT", default=8000)
PORTAL_URL = env("PORTAL_URL", default=f"http://localhost:{PORTAL_PORT}").rstrip("/")


def _demo_keys() -> dict[str, Any]:
    """Keys of a demo installation, made once and kept in `var/` so that a restart can read its own rows."""
    path = PORTAL_VAR / "keys.json"
    if not path.exists():
        PORTAL_VAR.mkdir(parents=True, exist_ok=True)
        made = {"secret_key": secrets.token_urlsafe(50), "encryption_keys": [Fernet.generate_key().decode()]}
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(made))
        temporary.chmod(0o600)
        try:
            os.link(temporary, path)  # the first of several processes wins, the others read its file
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


if DEMO:
    _keys = {} if env("SECRET_KEY", default="") and env("ENCRYPTION_KEYS", default="") else _demo_keys()
    SECRET_KEY = env("SECRET_KEY", default="") or _keys["secret_key"]
    ENCRYPTION_KEYS: list[str] = env.list("ENCRYPTION_KEYS", default=[]) or _keys["encryption_keys"]
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
    DATABASE_URL = env("DATABASE_URL", default=f"sqlite:///{PORTAL_VAR / 'portal.sqlite3'}")
    REDIS_URL = env("REDIS_URL", default="")
    EMAIL_URL = env("EMAIL_URL", default="")
else:
    SECRET_KEY = env("SECRET_KEY")
    ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
    DATABASE_URL = env("DATABASE_URL")
    REDIS_URL = env("REDIS_URL")
    EMAIL_URL = env("EMAIL_URL")

DEBUG = False
SUPPORT_URL = env("SUPPORT_URL", default="mailto:support@example.com")
SIMULATOR_URL = env("SIMULATOR_URL", default="")

# --- Towards Vonage ------------------------------------------------------------------------------
# Production calls the host the 10DLC document names; only a demo may be pointed elsewhere.
VONAGE_DOCUMENT_URL = "https://api-eu.vonage.com"
VONAGE_API_URL = env("VONAGE_API_URL", default=VONAGE_DOCUMENT_URL).rstrip("/")
VONAGE_READS_PER_SECOND = env.float("VONAGE_READS_PER_SECOND", default=10.0)
VONAGE_WRITES_PER_SECOND = env.float("VONAGE_WRITES_PER_SECOND", default=1.0)
VONAGE_CONNECT_TIMEOUT = env.float("VONAGE_CONNECT_TIMEOUT", default=5.0)
VONAGE_READ_TIMEOUT = env.float("VONAGE_READ_TIMEOUT", default=15.0)
VONAGE_WRITE_TIMEOUT = env.float("VONAGE_WRITE_TIMEOUT", default=60.0)
VONAGE_TOTAL_TIMEOUT = env.float("VONAGE_TOTAL_TIMEOUT", default=75.0)
VONAGE_TRUST_ENV = env.bool("VONAGE_TRUST_ENV", default=False)

# Names this installation; unset, an id is made once and kept in PORTAL_VAR. A database that names another one is
# taken for a copy, which sends nothing.
INSTALLATION_ID = env("INSTALLATION_ID", default="")

# --- The outbox and the mirror, in seconds -------------------------------------------------------
OUTBOX_SWEEP_SECONDS = env.float("OUTBOX_SWEEP_SECONDS", default=5.0)
# Against the simulator nothing appears late, and nobody wants to watch doubt for thirteen minutes.
_AGAINST_SIMULATOR = DEMO and bool(SIMULATOR_URL)
OUTBOX_SETTLE_SECONDS = env.float("OUTBOX_SETTLE_SECONDS", default=20.0 if _AGAINST_SIMULATOR else 180.0)
OUTBOX_LOOK_SECONDS = env.float("OUTBOX_LOOK_SECONDS", default=10.0 if _AGAINST_SIMULATOR else 200.0)
OUTBOX_LOOKS = env.int("OUTBOX_LOOKS", default=4)
OUTBOX_GIVE_UP_SECONDS = env.float("OUTBOX_GIVE_UP_SECONDS", default=86_400.0)
OUTBOX_QUALIFICATION_HOURS = env.float("OUTBOX_QUALIFICATION_HOURS", default=24.0)
INQUIRY_SPACING_SECONDS = env.float("INQUIRY_SPACING_SECONDS", default=1.0)
OUTBOX_HELD_RETRY_SECONDS = env.float("OUTBOX_HELD_RETRY_SECONDS", default=30.0)
TENDLC_POLL_SECONDS = env.float("TENDLC_POLL_SECONDS", default=15.0 if DEMO else 60.0)
TENDLC_WALK_SECONDS = env.float("TENDLC_WALK_SECONDS", default=300.0 if DEMO else 600.0)
TENDLC_CATALOGUE_SECONDS = env.float("TENDLC_CATALOGUE_SECONDS", default=300.0 if DEMO else 86_400.0)
TENDLC_DEADLINES_SECONDS = env.float("TENDLC_DEADLINES_SECONDS", default=60.0 if DEMO else 900.0)
TENDLC_REMOVAL_GAP_SECONDS = env.float("TENDLC_REMOVAL_GAP_SECONDS", default=600.0)
# Numbers a campaign may have without a number pool; T-Mobile's rule as Vonage's guide gives it.
TENDLC_NUMBERS_WITHOUT_POOL = env.int("TENDLC_NUMBERS_WITHOUT_POOL", default=49)
REGISTRY_PLAYGROUND_APPLICATION_ID = env(
    "REGISTRY_PLAYGROUND_APPLICATION_ID", default="simulated-playground" if _AGAINST_SIMULATOR else ""
)
REGISTRY_WALK_SECONDS = env.float("REGISTRY_WALK_SECONDS", default=300.0 if DEMO else 3600.0)
REGISTRY_REMOVAL_GAP_SECONDS = env.float("REGISTRY_REMOVAL_GAP_SECONDS", default=600.0)
NOTICE_COLLECT_SECONDS = env.float("NOTICE_COLLECT_SECONDS", default=20.0 if DEMO else 180.0)
# What operating the portal needs: how long rows stay, in days, and what watches it.
RETENTION_SYNC_RUN_DAYS = env.int("RETENTION_SYNC_RUN_DAYS", default=14)
RETENTION_INQUIRY_DAYS = env.int("RETENTION_INQUIRY_DAYS", default=30)
RETENTION_DELIVERY_DAYS = env.int("RETENTION_DELIVERY_DAYS", default=400)
RETENTION_DRAFT_DAYS = env.int("RETENTION_DRAFT_DAYS", default=90)
RETENTION_REACH_CHECK_DAYS = env.int("RETENTION_REACH_CHECK_DAYS", default=400)
METRICS_TOKEN = env("METRICS_TOKEN", default="")
# A file that the backup touches when it is done; how old it is belongs to the portal's health.
BACKUP_STAMP = env("BACKUP_STAMP", default="")
SESSION_HOURS = env.float("SESSION_HOURS", default=12.0)

# --- The gate ------------------------------------------------------------------------------------
REGISTRY_GATE_LOG_SECONDS = env.float("REGISTRY_GATE_LOG_SECONDS", default=2.0)
REGISTRY_GATE_LOG_DAYS = env.int("REGISTRY_GATE_LOG_DAYS", default=90)

# --- The registry --------------------------------------------------------------------------------
# Operators and agents whose channel is "simulated" answer by themselves, by the words in names of profiles.
REGISTRY_SIMULATED_OPERATORS = env.bool("REGISTRY_SIMULATED_OPERATORS", default=False)
REGISTRY_SIMULATED_SECONDS = env.float("REGISTRY_SIMULATED_SECONDS", default=10.0)
REGISTRY_DESK_SECONDS = env.float("REGISTRY_DESK_SECONDS", default=20.0 if DEMO else 60.0)

# --- Django --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.web",
    "portal.records",
    "portal.reach",
    "portal.history",
    "portal.accounts",
    "portal.drafts",
    "portal.notices",
    "portal.outbox",
    "registry",
    "tendlc",
    "portal.desk",
    "portal.run",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "portal.web.apps.StaticFiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_structlog",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.web.middleware.PersonalSettingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.web.middleware.HtmxSignInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_database = env.db_url_config(DATABASE_URL)
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Without these 19 of 20 mixed transactions fail with "database is locked".
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL",
    }
else:
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "connect_timeout": 5}
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
DATABASES = {"default": _database}
# Pages need Redis for nothing: sessions, cache and sign-in rate limits live in the database.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(SESSION_HOURS * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.web.views.csrf_failure"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:start"
ACCOUNT_ADAPTER = "portal.accounts.adapters.PortalAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PORTAL_URL.split(":", 1)[0]
MFA_ADAPTER = "portal.accounts.adapters.PortalMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Registration portal"
# Browsers allow passkeys on plain http only for localhost, which is where a demo runs.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
USERSESSIONS_TRACK_ACTIVITY = False
STAFF_SECOND_FACTOR_REQUIRED = not DEMO

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("tabler", str(BASE_DIR / "node_modules" / "@tabler" / "core" / "dist" / "css")),
]
ICONS_DIR = BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
MEDIA_ROOT = PORTAL_VAR / "media"

DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Registration portal <portal@example.com>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "portal.notices.mailbox.FolderBackend"
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = str(PORTAL_VAR / "mail")

# --- Security ------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not DEMO:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- Logs and jobs -------------------------------------------------------------------------------
LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"redact": {"()": "portal.vonage.redaction.RedactingFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["redact"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
DJANGO_STRUCTLOG_CELERY_ENABLED = False
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        mask_secret_paths,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["event"]),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-sweep": {"task": "outbox.sweep", "schedule": OUTBOX_SWEEP_SECONDS},
    "outbox-canary": {"task": "outbox.canary", "schedule": 30.0},
    "desk-retain": {"task": "desk.retain", "schedule": 3600.0},
    "outbox-batches": {"task": "outbox.batches", "schedule": OUTBOX_SWEEP_SECONDS},
    "outbox-answer": {"task": "outbox.answer", "schedule": OUTBOX_SWEEP_SECONDS},
    "tendlc-poll": {"task": "tendlc.poll", "schedule": TENDLC_POLL_SECONDS},
    "tendlc-owned": {"task": "tendlc.owned", "schedule": TENDLC_WALK_SECONDS},
    "tendlc-walk": {"task": "tendlc.walk", "schedule": TENDLC_WALK_SECONDS},
    "tendlc-catalogue": {"task": "tendlc.catalogue", "schedule": TENDLC_CATALOGUE_SECONDS},
    "tendlc-deadlines": {"task": "tendlc.deadlines", "schedule": TENDLC_DEADLINES_SECONDS},
    "registry-letters": {"task": "registry.write_letters", "schedule": REGISTRY_DESK_SECONDS},
    "registry-expire": {"task": "registry.expire_checks", "schedule": 3600.0},
    **(
        {"registry-simulate": {"task": "registry.simulate", "schedule": REGISTRY_SIMULATED_SECONDS / 2}}
        if REGISTRY_SIMULATED_OPERATORS
        else {}
    ),
    "reach-check": {"task": "reach.check", "schedule": OUTBOX_SWEEP_SECONDS},
    "registry-walk": {"task": "registry.walk_applications", "schedule": REGISTRY_WALK_SECONDS},
    "notices-deliver": {"task": "notices.deliver", "schedule": min(NOTICE_COLLECT_SECONDS / 2, 30.0)},
    "notices-urgent": {"task": "notices.deliver_urgent", "schedule": OUTBOX_SWEEP_SECONDS},
}
# What ticked while no worker ran is not made up for when one returns: the next tick does the same.
for _tick in CELERY_BEAT_SCHEDULE.values():
    _tick["options"] = {"expires": max(_tick["schedule"], 60.0)}
