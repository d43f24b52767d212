"""The one settings file. Everything that differs between machines comes from the environment."""

import os
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


def env_bool(name: str, default: bool) -> bool:
    """A switch from the environment; anything but 0, 1, true, false, yes, no is an error."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes"}:
        return True
    if text in {"0", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 0 or 1, not {text!r}.")


def env_required(name: str) -> str:
    """A value without which the product must not start."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {name} (see README, “Going to production”).")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    """A comma-separated list from the environment."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = env_bool("DEBUG", False)
SECRET_KEY = env_required("SECRET_KEY")
# Two keys apart from Django's own: one seals personal data, the other makes the blind index that finds it again.
FIELD_KEY = env_required("FIELD_KEY")
INDEX_KEY = env_required("INDEX_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
# Behind TLS (the usual production) cookies are secure and browsers are told to stay on https.
HTTPS = env_bool("HTTPS", False)

VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
UPLOAD_DIR = VAR_DIR / "uploads"
EXPORT_DIR = VAR_DIR / "exports"

INSTALLED_APPS = [
    "care",
    "proposals",
    "visits",
    "tiering",
    "customers",
    "jobs",
    "staff",
    "django.contrib.admin.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "staff.middleware.AdminStyleMiddleware",
    "staff.middleware.PlainAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "staff.middleware.WorkdayMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "care.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "config.renderers.WrittenWidgets"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "tables/table.html"

DATABASES = {
    "default": dj_database_url.parse(env_required("DATABASE_URL"), conn_max_age=600, conn_health_checks=True),
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    # JIT costs more than it saves on statements of our size, and so do processes beside one for what a page asks: with
    # them a branch's dashboard takes a fifth longer and leaves no processor to anybody else; they are for whole banks.
    # And an abandoned transaction must not hold locks for ever.
    options="-c jit=off -c parallel_setup_cost=10000 -c idle_in_transaction_session_timeout=600000",
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_required("REDIS_URL")
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "manifest-src": ["'self'"],
    },
}

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["staff.access.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
# Bank days follow Beijing time wherever the server stands.
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
# An extract of a bank is large; a file beyond this is refused with a sentence, not a traceback.
UPLOAD_LIMIT_BYTES = int(os.environ.get("UPLOAD_LIMIT_BYTES", 200 * 1024 * 1024))
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Rings again for whatever the table says is due: a lost message costs half a minute, never the work.
    "ring-for-due-jobs": {"task": "jobs.tasks.ring", "schedule": 30.0},
    "nightly": {"task": "care.tasks.start_night", "schedule": crontab(hour=1, minute=30)},
    "sweep-imports": {"task": "customers.tasks.sweep", "schedule": crontab(hour=4, minute=15)},
    # What was agreed in a visit stands in the work list a moment after it was recorded.
    "pick-up-next-steps": {"task": "care.tasks.pick_up", "schedule": 120.0},
}
# Whether a second person must publish a scoring sheet that somebody put forward.
PUBLISHING_TAKES_TWO = env_bool("PUBLISHING_TAKES_TWO", False)

# What runs each kind of job: a function (job, step) → None. Named here because jobs knows nobody above it.
# How many customers one file, and one verb on many, may hold.
EXPORT_ROWS = int(os.environ.get("EXPORT_ROWS", "50000"))
BULK_ROWS = int(os.environ.get("BULK_ROWS", "20000"))

JOB_HANDLERS = {
    "load_extract": "customers.tasks.run_load_extract",
    "check_import": "customers.tasks.run_check_import",
    "undo_import": "customers.tasks.run_undo_import",
    "settle": "customers.tasks.run_settle",
    "retier": "tiering.tasks.run_retier",
    "raise_followups": "care.tasks.run_raise_followups",
    "refresh_service": "care.tasks.run_refresh_service",
    "bulk": "customers.tasks.run_bulk",
    "bulk_follow_up": "care.tasks.run_bulk_follow_up",
    "export": "customers.tasks.run_export",
    "carry_out": "customers.tasks.run_carry_out",
    "find_duplicates": "customers.tasks.run_find_duplicates",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}

PRODUCT_NAME = _("Zhike")
