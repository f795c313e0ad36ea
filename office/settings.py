"""Django's settings. Closed by default; what an office may change is named in `ENVIRONMENT`."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from office.datafolder import CHECKOUT, data_folder

ENVIRONMENT = {
    "SOTARSA_DATA": "the data folder (default: data in the checkout)",
    "SOTARSA_HOSTS": "names or addresses the web page answers to, separated by commas",
    "SOTARSA_DEBUG": "1 shows programmers' error pages; never in an office",
}


def _refuse_unknown_names() -> None:
    """A mistyped setting must not pass in silence."""
    unknown = {name for name in os.environ if name.startswith("SOTARSA_")} - ENVIRONMENT.keys()
    if unknown:
        raise ImproperlyConfigured(
            f"Pengaturan tidak dikenal: {', '.join(sorted(unknown))}; "
            f"yang ada: {', '.join(ENVIRONMENT)}."
        )


def _flag(name: str) -> bool:
    value = os.environ.get(name, "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} harus 0 atau 1, bukan {value!r}.")
    return value == "1"


def _secret_key() -> str:
    """The key made by ``sotarsa init``; before that a passing one, good for this process only."""
    try:
        return data_folder().django_key.read_bytes().hex()
    except FileNotFoundError:
        return secrets.token_hex(32)


_refuse_unknown_names()
DATA = data_folder()
DEBUG = _flag("SOTARSA_DEBUG")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [
    host for host in os.environ.get("SOTARSA_HOSTS", "127.0.0.1,localhost").split(",") if host
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "simple_history",
    "office.accounts",
    "office.rounds",
    "office.intake",
    "office.review",
    "office.register",
    "office.reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "office.middleware.ContentSecurityPolicy",
    "office.middleware.StepNotDone",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "office.onerequest.OneRequest",
]

ROOT_URLCONF = "office.urls"
WSGI_APPLICATION = "office.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CHECKOUT / "office" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA.database,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # Not WAL: SQLite before 3.51.3 can lose commits there, and Debian 12 has 3.40.1.
            # EXTRA also syncs the folder after the journal is removed: a commit survives a
            # power cut. It costs 28 ms a commit, which nobody at a keyboard notices.
            "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"

# Five tries from one computer, then a quarter of an hour: stops guessing, and a colleague at
# another computer still gets in.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "sotarsa_session"
CSRF_COOKIE_NAME = "sotarsa_csrf"
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)

LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Makassar"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [CHECKOUT / "office" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "office.staticfiles.VersionedStaticFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SIMPLE_HISTORY_REVERT_DISABLED = True

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A browser asks for the pictures of a sheet all at once; that they queue is no news.
    "loggers": {"waitress.queue": {"level": "ERROR"}},
}
