"""Every setting of Xinglin, read from the environment; safe defaults, so that ``make demo`` needs none.

``docs/operator/settings.md`` describes each variable, and a test compares the two.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from xinglin.config import environment
from xinglin.config.embedded import EmbeddedServer

# Lets annotations name the parameters of Django's classes at run time, as the type checker sees them.
django_stubs_ext.monkeypatch()

PROJECT = Path(__file__).resolve().parents[2]

# Everything that this installation keeps on disk: the embedded cluster, index, uploads, secret key.
HOME = Path(environment.text("XINGLIN_HOME", str(PROJECT / ".xinglin"))).resolve()
DEBUG = environment.flag("XINGLIN_DEBUG")
DEMONSTRATION = environment.flag("XINGLIN_DEMONSTRATION")

SECRET_KEY = environment.kept_secret("XINGLIN_SECRET_KEY", HOME / "secret_key")
# Seals what must not be read from a database dump (WeChat app secrets, sensitive tags).
SEALING_KEY = environment.kept_secret("XINGLIN_SEALING_KEY", HOME / "sealing_key")
ALLOWED_HOSTS = environment.words("XINGLIN_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
# The address that readers' phones reach us under; links sent in the chat begin with it.
PUBLIC_URL = environment.text("XINGLIN_PUBLIC_URL", "http://127.0.0.1:8600").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https://") else []

# The rooms of the house, top shelf first; ``pyproject.toml`` holds the contract between the shelves.
ROOMS = (
    "demonstration",
    "stats",
    "planning",
    "emergency",
    "reference",
    "learning",
    "audience",
    "intelligence",
    "ill",
    "delivery",
    "acquisitions",
    "newsroom",
    "circulation",
    "eresources",
    "literature",
    "catalog",
    "wechat",
    "notices",
    "patrons",
    "consortium",
    "mobile",
    "console",
    "commons",
)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    *(f"xinglin.{room}" for room in ROOMS if find_spec(f"xinglin.{room}")),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "xinglin.commons.web.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "xinglin.commons.web.RefusalsAsPages",
]
ROOT_URLCONF = "xinglin.config.urls"
WSGI_APPLICATION = "xinglin.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _database(url: str) -> dict[str, object]:
    """Return Django's form of a ``postgresql://`` address (RFC 3986; a socket's folder as ``?host=``)."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        # The pool keeps a burst of requests from opening a connection each (DESIGN.md, "One address").
        "OPTIONS": {**query, "pool": {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}},
    }


DATABASE_POOL = environment.number("XINGLIN_DATABASE_POOL", 12)
DATABASE_URL = environment.text("DATABASE_URL")
EMBEDDED_SERVER = None if DATABASE_URL else EmbeddedServer(HOME)
DATABASES = {"default": _database(DATABASE_URL or EmbeddedServer(HOME).url())}
# Two test runs beside each other on one server do not meet.
DATABASES["default"]["TEST"] = {"NAME": f"test_xinglin_{os.getpid()}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
if find_spec("xinglin.consortium"):
    AUTHENTICATION_BACKENDS = ["xinglin.consortium.access.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "console:sign_in"
LOGIN_REDIRECT_URL = "console:home"
LOGOUT_REDIRECT_URL = "console:sign_in"
CSRF_FAILURE_VIEW = "xinglin.commons.web.stale_form"
# Computers in a reading room are shared: closing the browser signs out.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("XINGLIN_BEHIND_PROXY") else None
)
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
# Browser libraries come from npm's folder, locked in package-lock.json; nothing of them is in our tree.
STATICFILES_DIRS = [
    (f"vendor/{name}", str(PROJECT / "node_modules" / folder))
    for name, folder in {
        "htmx": "htmx.org/dist",
        "alpine": "@alpinejs/csp/dist",
        "tabler": "@tabler/core/dist",
        "weui": "weui/dist/style",
        "echarts": "echarts/dist",
        "quill": "quill/dist",
    }.items()
    if (PROJECT / "node_modules" / folder).exists()
]
ICONS = PROJECT / "node_modules" / "@tabler" / "icons" / "icons"
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME / "media"
MEDIA_URL = "/media/"
INDEX_ROOT = HOME / "index"

# In a demonstration and in tests the clock can be moved; in production it cannot.
CLOCK_MAY_MOVE = DEMONSTRATION or environment.flag("XINGLIN_CLOCK_MAY_MOVE")

# Where WeChat's servers are: the real ones, or the sandbox of a demonstration or a test.
WECHAT_API_URL = environment.text("XINGLIN_WECHAT_API_URL", "https://api.weixin.qq.com").rstrip("/")
WECHAT_PROXY_URL = environment.text("XINGLIN_WECHAT_PROXY_URL")

# A folder of fonts for PDF, beside those of the system.
FONTS = environment.text("XINGLIN_FONTS")

# Where other library systems leave their nightly files: a folder for each library, named by its code.
DROP_FOLDER = environment.text("XINGLIN_DROP_FOLDER")

# Copy cataloguing goes to addresses that people type: into our own network only where this is on.
PRIVATE_SOURCES = environment.flag("XINGLIN_PRIVATE_SOURCES")

# E-mail to readers and staff. Without a server nothing is printed or dropped: the notices say that there is none.
EMAIL_HOST = environment.text("XINGLIN_MAIL_HOST")
_MAIL_SECURITY = environment.text("XINGLIN_MAIL_SECURITY", "ssl")
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL_SECURITY == "ssl", _MAIL_SECURITY == "starttls"
EMAIL_PORT = environment.number("XINGLIN_MAIL_PORT", 465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_HOST_USER = environment.text("XINGLIN_MAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("XINGLIN_MAIL_PASSWORD")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text(
    "XINGLIN_MAIL_FROM", EMAIL_HOST_USER or "library@localhost"
)
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
EMAIL_TIMEOUT = 20

# Where self-check machines and gates reach the SIP2 server; without a port there is none.
SIP2_PORT = environment.number("XINGLIN_SIP2_PORT", 0)
SIP2_HOST = environment.text("XINGLIN_SIP2_HOST", "0.0.0.0")  # noqa: S104 -- the machines stand elsewhere
# Where articles are looked for; a demonstration puts the literature sandbox here.
PUBMED_URL = environment.text("XINGLIN_PUBMED_URL", "https://eutils.ncbi.nlm.nih.gov/entrez/eutils").rstrip(
    "/"
)
EUROPE_PMC_URL = environment.text(
    "XINGLIN_EUROPE_PMC_URL", "https://www.ebi.ac.uk/europepmc/webservices/rest"
).rstrip("/")
CROSSREF_URL = environment.text("XINGLIN_CROSSREF_URL", "https://api.crossref.org").rstrip("/")
OPENALEX_URL = environment.text("XINGLIN_OPENALEX_URL", "https://api.openalex.org").rstrip("/")
# A key of one's own lets PubMed be asked more often; the address is whom the sources may write to.
NCBI_KEY = environment.text("XINGLIN_NCBI_KEY")
CONTACT_EMAIL = environment.text("XINGLIN_CONTACT_EMAIL")

# A reader who signed in on a shared terminal is signed out after so many minutes without a click.
TERMINAL_MINUTES = environment.number("XINGLIN_TERMINAL_MINUTES", 15)
# The hospital's gateway for text messages; without it a code by phone is refused clearly.
SMS_URL = environment.text("XINGLIN_SMS_URL")
SMS_TOKEN = environment.text("XINGLIN_SMS_TOKEN")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_ON_APP_READY = "xinglin.commons.bulletin.listen_everywhere"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "xinglin.commons.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.text("XINGLIN_LOG_LEVEL", "WARNING")},
    "loggers": {"xinglin": {"level": environment.text("XINGLIN_LOG_LEVEL", "INFO")}},
}
