# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's settings, all derived from `terracite.config`: nothing about one instance is written here."""

from __future__ import annotations

from pathlib import Path

from terracite import config
from terracite.website.database import database_settings
from terracite.website.visitors import networks

TERRACITE = config.load()
networks(TERRACITE.trusted_proxies)  # a mistake in it is told at the start
HERE = Path(__file__).resolve().parent

SECRET_KEY = config.ensure_secret_key(TERRACITE)
DEBUG = TERRACITE.debug
ALLOWED_HOSTS = list(TERRACITE.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [TERRACITE.base_url]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "leaflet",  # ships Leaflet's own files; its template tags are not used
    "django_htmx",  # ships htmx; its middleware is not used
    "ninja",
    "terracite.repository",
    "terracite.website",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "terracite.website.middleware.SecurityHeadersMiddleware",
    "terracite.website.middleware.CompressTextMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "terracite.website.middleware.RefuseNulMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "terracite.website.reviewing.ReviewLinkMiddleware",
    "terracite.website.middleware.ChosenLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "terracite.website.urls"
WSGI_APPLICATION = "terracite.website.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "terracite.website.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "terracite.website.templatetags.show",
            ],
        },
    }
]

DATABASES = {"default": database_settings(TERRACITE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "repository.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "deposits"
CSRF_FAILURE_VIEW = "terracite.website.pages.errors.csrf_failed"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = TERRACITE.language
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
LANGUAGE_COOKIE_NAME = "terracite_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "terracite.website.assets.StampedStorage"},
}
WHITENOISE_USE_FINDERS = True  # nothing to collect: the wheel is served as installed
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 60 if DEBUG else 31_536_000  # addresses carry a stamp of the content

_HTTPS = TERRACITE.base_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"terracite.services.mail": {"level": "INFO"}},  # where each letter was kept
}
SILENCED_SYSTEM_CHECKS: list[str] = []
