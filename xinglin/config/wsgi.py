"""Django as WSGI: every page; callbacks and streams go to their own bare applications."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
# Whitenoise wants the folder of collected files to be there, also where files are found without collecting.
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
application = get_wsgi_application()
