"""What the platform reports (protocol sheet §4). Events have no message id."""

# ruff: noqa: RUF009 -- the defaults below are field specifiers: ``one(…)`` is no value that is shared

from dataclasses import dataclass

from xinglin.wechat.messages.kinds import Message
from xinglin.wechat.messages.reading import decimal, number, one, several, text, texts

SCENE_PREFIX = "qrscene_"


@dataclass(frozen=True, kw_only=True)
class Event(Message):
    """``event`` is upper case whatever the push writes; ``key`` means something else for each event."""

    event: str = ""
    key: str = text("EventKey")

    @property
    def identity(self) -> str:
        """Sheet §6 says Event + EventKey; two jobs that end in one second differ only by their job id."""
        return "\n".join([self.event, self.key, *self.job_ids])

    @property
    def job_ids(self) -> tuple[str, ...]:
        """The ids of the sendings this event reports on."""
        return ()


@dataclass(frozen=True, kw_only=True)
class UnknownEvent(Event):
    """An event we do nothing with (cards, shops, or newer than this): kept with all its fields."""


# ---- followers --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Subscribe(Event):
    """Somebody follows; by a QR code when ``scene`` is not empty."""

    ticket: str = text("Ticket")

    @property
    def scene(self) -> str:
        return self.key.removeprefix(SCENE_PREFIX) if self.key.startswith(SCENE_PREFIX) else ""


@dataclass(frozen=True, kw_only=True)
class Unsubscribe(Event):
    """Somebody left: the platform requires that all their information is deleted."""


@dataclass(frozen=True, kw_only=True)
class Scan(Event):
    """A follower scanned one of our QR codes."""

    ticket: str = text("Ticket")

    @property
    def scene(self) -> str:
        return self.key


@dataclass(frozen=True, kw_only=True)
class Enter(Event):
    """A follower opened the chat (old accounts only)."""


@dataclass(frozen=True, kw_only=True)
class PrivacyEvent(Event):
    """user_info_modified, user_authorization_revoke and _cancellation: clean, delete or anonymise."""

    openid: str = text("OpenID")
    unionid: str = text("UnionID")
    appid: str = text("AppID")
    revoke_info: str = text("RevokeInfo")


# ---- menu -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Click(Event):
    """A click button; ``key`` is the one set in the menu."""


@dataclass(frozen=True, kw_only=True)
class View(Event):
    """A button that opens a page; ``key`` is its address."""

    menu_id: str = text("MenuId")


@dataclass(frozen=True, kw_only=True)
class ViewMiniProgram(Event):
    """A button that opens a mini program; ``key`` is its path."""

    menu_id: str = text("MenuId")


@dataclass(frozen=True, kw_only=True)
class ScanResult:
    kind: str = text("ScanType")
    result: str = text("ScanResult")


@dataclass(frozen=True, kw_only=True)
class ScanCode(Event):
    """scancode_push and scancode_waitmsg: what the follower's camera read, an ISBN for instance."""

    scanned: ScanResult | None = one(ScanResult, "ScanCodeInfo")


@dataclass(frozen=True, kw_only=True)
class Picture:
    md5: str = text("PicMd5Sum")


@dataclass(frozen=True, kw_only=True)
class SentPictures:
    """``count`` is the platform's word; captures exist where it is lower than the pictures listed."""

    count: int | None = number("Count")
    pictures: tuple[Picture, ...] = several(Picture, "PicList", "item")


@dataclass(frozen=True, kw_only=True)
class PicturesSent(Event):
    """pic_sysphoto, pic_photo_or_album, pic_weixin: the image messages themselves follow."""

    sent: SentPictures | None = one(SentPictures, "SendPicsInfo")


@dataclass(frozen=True, kw_only=True)
class Place:
    latitude: float | None = decimal("Location_X")
    longitude: float | None = decimal("Location_Y")
    scale: int | None = number("Scale")
    label: str = text("Label", verbatim=True)
    poi_name: str = text("Poiname", verbatim=True)


@dataclass(frozen=True, kw_only=True)
class LocationSelected(Event):
    """A location_select button: a location message follows."""

    place: Place | None = one(Place, "SendLocationInfo")


@dataclass(frozen=True, kw_only=True)
class LocationReport(Event):
    """Certified service accounts only: where the follower is, on entering or every five seconds."""

    latitude: float | None = decimal("Latitude")
    longitude: float | None = decimal("Longitude")
    precision: float | None = decimal("Precision")


# ---- results of what we sent ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TemplateJobFinished(Event):
    job_id: str = text("MsgID")
    status: str = text("Status")

    @property
    def job_ids(self) -> tuple[str, ...]:
        return (self.job_id,)


@dataclass(frozen=True, kw_only=True)
class CopyrightFinding:
    article_index: int | None = number("ArticleIdx")
    user_declare_state: int | None = number("UserDeclareState")
    audit_state: int | None = number("AuditState")
    original_url: str = text("OriginalArticleUrl")
    original_type: int | None = number("OriginalArticleType")
    can_reprint: int | None = number("CanReprint")
    need_replace_content: int | None = number("NeedReplaceContent")
    need_show_reprint_source: int | None = number("NeedShowReprintSource")


@dataclass(frozen=True, kw_only=True)
class CopyrightCheck:
    count: int | None = number("Count")
    findings: tuple[CopyrightFinding, ...] = several(CopyrightFinding, "ResultList", "item")
    state: int | None = number("CheckState")


@dataclass(frozen=True, kw_only=True)
class SentArticle:
    article_index: int | None = number("ArticleIdx")
    url: str = text("ArticleUrl")


@dataclass(frozen=True, kw_only=True)
class MassJobFinished(Event):
    """``status`` is ``send success``, ``send fail`` or ``err(number)``; older pushes leave the blank out."""

    job_id: str = text("MsgID")
    status: str = text("Status")
    total_count: int | None = number("TotalCount")
    filter_count: int | None = number("FilterCount")
    sent_count: int | None = number("SentCount")
    error_count: int | None = number("ErrorCount")
    copyright: CopyrightCheck | None = one(CopyrightCheck, "CopyrightCheckResult")
    articles: tuple[SentArticle, ...] = several(SentArticle, "ArticleUrlResult", "ResultList", "item")

    @property
    def succeeded(self) -> bool:
        return self.status.replace(" ", "") == "sendsuccess"

    @property
    def job_ids(self) -> tuple[str, ...]:
        return (self.job_id,)


@dataclass(frozen=True, kw_only=True)
class PublishedArticle:
    index: int | None = number("idx")
    url: str = text("article_url")


@dataclass(frozen=True, kw_only=True)
class PublishInfo:
    """Lower case, unlike every other push."""

    publish_id: str = text("publish_id")
    status: int | None = number("publish_status")
    article_id: str = text("article_id")
    articles: tuple[PublishedArticle, ...] = several(PublishedArticle, "article_detail", "item")
    failed_indexes: tuple[str, ...] = texts("fail_idx")


@dataclass(frozen=True, kw_only=True)
class PublishJobFinished(Event):
    published: PublishInfo | None = one(PublishInfo, "PublishEventInfo")

    @property
    def job_ids(self) -> tuple[str, ...]:
        return (self.published.publish_id,) if self.published else ()


# ---- subscription notices ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SubscriptionChoice:
    """``accept`` or ``reject`` for one template; where it was asked: 1 a page, 2 an article."""

    template_id: str = text("TemplateId")
    status: str = text("SubscribeStatusString")
    popup_scene: int | None = number("PopupScene")


@dataclass(frozen=True, kw_only=True)
class SubscriptionPopup(Event):
    choices: tuple[SubscriptionChoice, ...] = several(SubscriptionChoice, "SubscribeMsgPopupEvent", "List")


@dataclass(frozen=True, kw_only=True)
class SubscriptionChange(Event):
    choices: tuple[SubscriptionChoice, ...] = several(SubscriptionChoice, "SubscribeMsgChangeEvent", "List")


@dataclass(frozen=True, kw_only=True)
class NoticeReceipt:
    template_id: str = text("TemplateId")
    message_id: str = text("MsgID")
    error_code: int | None = number("ErrorCode")
    error_status: str = text("ErrorStatus")


@dataclass(frozen=True, kw_only=True)
class SubscriptionSent(Event):
    receipts: tuple[NoticeReceipt, ...] = several(NoticeReceipt, "SubscribeMsgSentEvent", "List")

    @property
    def job_ids(self) -> tuple[str, ...]:
        return tuple(receipt.message_id for receipt in self.receipts)


# ---- customer service and the account itself --------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class KfSession(Event):
    """kf_create_session and kf_close_session."""

    kf_account: str = text("KfAccount")


@dataclass(frozen=True, kw_only=True)
class KfSessionSwitched(Event):
    from_account: str = text("FromKfAccount")
    to_account: str = text("ToKfAccount")


@dataclass(frozen=True, kw_only=True)
class VerificationChanged(Event):
    """Qualification, naming, yearly renewal and expiry of the account's certificate: probe it again."""

    expires: int | None = number("ExpiredTime")
    failed: int | None = number("FailTime")
    reason: str = text("FailReason", verbatim=True)


EVENTS: dict[str, type[Event]] = {
    "SUBSCRIBE": Subscribe,
    "UNSUBSCRIBE": Unsubscribe,
    "SCAN": Scan,
    "ENTER": Enter,
    "USER_INFO_MODIFIED": PrivacyEvent,
    "USER_AUTHORIZATION_REVOKE": PrivacyEvent,
    "USER_AUTHORIZATION_CANCELLATION": PrivacyEvent,
    "CLICK": Click,
    "VIEW": View,
    "VIEW_MINIPROGRAM": ViewMiniProgram,
    "SCANCODE_PUSH": ScanCode,
    "SCANCODE_WAITMSG": ScanCode,
    "PIC_SYSPHOTO": PicturesSent,
    "PIC_PHOTO_OR_ALBUM": PicturesSent,
    "PIC_WEIXIN": PicturesSent,
    "LOCATION_SELECT": LocationSelected,
    "LOCATION": LocationReport,
    "TEMPLATESENDJOBFINISH": TemplateJobFinished,
    "MASSSENDJOBFINISH": MassJobFinished,
    "PUBLISHJOBFINISH": PublishJobFinished,
    "SUBSCRIBE_MSG_POPUP_EVENT": SubscriptionPopup,
    "SUBSCRIBE_MSG_CHANGE_EVENT": SubscriptionChange,
    "SUBSCRIBE_MSG_SENT_EVENT": SubscriptionSent,
    "KF_CREATE_SESSION": KfSession,
    "KF_CLOSE_SESSION": KfSession,
    "KF_SWITCH_SESSION": KfSessionSwitched,
    "QUALIFICATION_VERIFY_SUCCESS": VerificationChanged,
    "QUALIFICATION_VERIFY_FAIL": VerificationChanged,
    "NAMING_VERIFY_SUCCESS": VerificationChanged,
    "NAMING_VERIFY_FAIL": VerificationChanged,
    "ANNUAL_RENEW": VerificationChanged,
    "VERIFY_EXPIRED": VerificationChanged,
}
