"""Our own typed client of the platform: a method for every call of the protocol sheet, grouped as the
platform's own pages are.

Errors are ``WeChatApiError`` and its subclasses by retry class; ``PlatformUnreachable`` when no answer came.
"""

import time
from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Self

import httpx

from xinglin.wechat.client.basics import Credentials, OpenApi
from xinglin.wechat.client.comment import CommentApi
from xinglin.wechat.client.custom import CustomApi
from xinglin.wechat.client.datacube import DatacubeApi
from xinglin.wechat.client.draft import DraftApi
from xinglin.wechat.client.errors import WeChatApiError
from xinglin.wechat.client.freepublish import FreePublishApi
from xinglin.wechat.client.kf import KfApi
from xinglin.wechat.client.mass import MassApi
from xinglin.wechat.client.material import MaterialApi
from xinglin.wechat.client.media import MediaApi
from xinglin.wechat.client.menu import MenuApi
from xinglin.wechat.client.oauth import JsapiApi, OAuthApi
from xinglin.wechat.client.qrcode import QrCodeApi
from xinglin.wechat.client.subscription import SubscriptionApi
from xinglin.wechat.client.tags import TagsApi
from xinglin.wechat.client.template import TemplateApi
from xinglin.wechat.client.transport import OFFICIAL_API, Download, File, TokenSource, Transport
from xinglin.wechat.client.user import UserApi
from xinglin.wechat.client.wxa import MiniProgramApi

__all__ = ["Download", "File", "TokenSource", "WeChatApiError", "WeChatClient"]


class WeChatClient:
    """The calls of one account. Thread-safe; close it, or use it as a context manager."""

    def __init__(
        self,
        *,
        appid: str,
        secret: str,
        tokens: TokenSource,
        base_url: str = OFFICIAL_API,
        proxy: str = "",
        http: httpx.Client | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.appid = appid
        self._secret = secret
        self._transport = Transport(tokens, base_url=base_url, proxy=proxy, http=http, pause=pause)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    @cached_property
    def credentials(self) -> Credentials:
        return Credentials(self._transport, appid=self.appid, secret=self._secret)

    @cached_property
    def openapi(self) -> OpenApi:
        return OpenApi(self._transport, appid=self.appid)

    @cached_property
    def menu(self) -> MenuApi:
        return MenuApi(self._transport)

    @cached_property
    def custom(self) -> CustomApi:
        return CustomApi(self._transport)

    @cached_property
    def kf(self) -> KfApi:
        return KfApi(self._transport)

    @cached_property
    def template(self) -> TemplateApi:
        return TemplateApi(self._transport)

    @cached_property
    def subscription(self) -> SubscriptionApi:
        return SubscriptionApi(self._transport)

    @cached_property
    def mass(self) -> MassApi:
        return MassApi(self._transport)

    @cached_property
    def draft(self) -> DraftApi:
        return DraftApi(self._transport)

    @cached_property
    def freepublish(self) -> FreePublishApi:
        return FreePublishApi(self._transport)

    @cached_property
    def media(self) -> MediaApi:
        return MediaApi(self._transport)

    @cached_property
    def material(self) -> MaterialApi:
        return MaterialApi(self._transport)

    @cached_property
    def comment(self) -> CommentApi:
        return CommentApi(self._transport)

    @cached_property
    def user(self) -> UserApi:
        return UserApi(self._transport)

    @cached_property
    def tags(self) -> TagsApi:
        return TagsApi(self._transport)

    @cached_property
    def qrcode(self) -> QrCodeApi:
        return QrCodeApi(self._transport)

    @cached_property
    def datacube(self) -> DatacubeApi:
        return DatacubeApi(self._transport)

    @cached_property
    def oauth(self) -> OAuthApi:
        return OAuthApi(self._transport, appid=self.appid, secret=self._secret)

    @cached_property
    def jsapi(self) -> JsapiApi:
        return JsapiApi(self._transport)

    @cached_property
    def wxa(self) -> MiniProgramApi:
        return MiniProgramApi(self._transport, appid=self.appid, secret=self._secret)
