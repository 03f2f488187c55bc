"""The callback gateway as a process of its own: ``xinglin serve --only gateway``."""

import gc
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")

import django

django.setup()

from xinglin.wechat.gateway.asgi import GatewayApplication  # noqa: E402
from xinglin.wechat.gateway.desk import Desk  # noqa: E402

# A thread that answers a reader hands the interpreter back to the event loop after this long: with Python's own
# five milliseconds a push that a rule answers would wait behind every search.
sys.setswitchinterval(0.001)
# What has been loaded until now stays for good.
gc.collect()

# Ten thousand compiled rules are looked through by every full collection, some fifty milliseconds in which nobody
# is answered; set aside, they are not.
application = GatewayApplication(lambda: Desk(when_read=gc.freeze))

__all__ = ["application"]
