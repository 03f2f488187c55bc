"""Django as WSGI: every page; callbacks and streams go to their own bare applications."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
application = get_wsgi_application()
