"""The callback gateway as a process of its own: ``xinglin serve --only gateway``."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")

import django

django.setup()

from xinglin.wechat.gateway.asgi import application  # noqa: E402

__all__ = ["application"]
