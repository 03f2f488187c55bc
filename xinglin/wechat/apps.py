"""The room of the WeChat channel."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class WeChatConfig(AppConfig):
    name = "xinglin.wechat"
    label = "wechat"
    verbose_name = _("微信渠道")

    def ready(self) -> None:
        """Import every room's ``wechat_replies.py``: what may be said in the chat is known from the start."""
        autodiscover_modules("wechat_replies")
