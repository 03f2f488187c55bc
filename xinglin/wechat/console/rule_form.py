"""The form of a rule: its words, its dates, and up to five replies of any type."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as lazy

from xinglin.wechat.jsonvalue import JsonObject, as_list, as_object, as_text
from xinglin.wechat.models import Account, KeywordRule, Material, Occasion, ReplyMode
from xinglin.wechat.replies import (
    Article,
    Image,
    MiniProgramCard,
    News,
    PageLink,
    Reply,
    Text,
    Video,
    Voice,
    from_plain,
    to_plain,
)
from xinglin.wechat.resolving import OURS
from xinglin.wechat.rules.matching import How
from xinglin.wechat.services.rules import MOST_REPLIES, RuleFile

KINDS = [
    ("", lazy("（不用）")),
    ("text", lazy("文字")),
    ("page", lazy("本馆服务页面")),
    ("news", lazy("图文卡片")),
    ("material", lazy("图片、语音或视频素材")),
    ("miniprogrampage", lazy("小程序")),
]
# Which fields of a reply each type has; the page shows only those.
FIELDS = {
    "content": ("text",),
    "title": ("page", "news", "miniprogrampage"),
    "description": ("page", "news"),
    "path": ("page",),
    "url": ("news", "miniprogrampage"),
    "picture": ("news",),
    "material": ("material",),
    "appid": ("miniprogrampage",),
    "pagepath": ("miniprogrampage",),
}
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class Group:
    """Some fields of a form, shown together."""

    fields: list[BoundField]
    is_used: bool = True

    def visible_fields(self) -> list[BoundField]:
        return self.fields


class RuleForm(forms.Form):
    """One rule."""

    account = forms.ModelChoiceField(label=lazy("公众号"), queryset=Account.objects.none())
    name = forms.CharField(label=lazy("规则名称"), max_length=60)
    occasion = forms.ChoiceField(label=lazy("什么时候回复"), choices=Occasion.choices)
    exact = forms.CharField(
        label=lazy("完全一致的关键词"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("一行一个。读者发来的文字与它完全相同才回复，不计大小写、全半角和空格。"),
    )  # fmt: skip
    contains = forms.CharField(
        label=lazy("包含的关键词"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("一行一个。读者的话里有它就回复。"),
    )  # fmt: skip
    pattern = forms.CharField(
        label=lazy("正则表达式"), required=False, widget=forms.Textarea(attrs={"rows": 1}),
        help_text=lazy("一行一个，最后才比对；不会写可以不填。"),
    )  # fmt: skip
    mode = forms.ChoiceField(label=lazy("有多条回复时"), choices=ReplyMode.choices)
    priority = forms.IntegerField(
        label=lazy("优先级"), min_value=-100, max_value=100, help_text=lazy("数字越大越先；一般填 0。")
    )
    starts_at = forms.DateTimeField(label=lazy("生效时间"), required=False, widget=MOMENT)
    ends_at = forms.DateTimeField(label=lazy("失效时间"), required=False, widget=MOMENT)

    def __init__(self, *arguments: Any, account: Account | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        materials = Material.objects.exclude(media_id="").exclude(kind="thumb")
        if account is not None:
            del self.fields["account"]
            materials = materials.filter(account=account)
        for number in range(1, MOST_REPLIES + 1):
            self.fields.update(_reply_fields(number, materials))

    @property
    def main(self) -> Group:
        return Group([self[name] for name in self.fields if not name.startswith("reply")])

    @property
    def replies(self) -> Iterator[Group]:
        """The replies, each a group; those not used are folded."""
        for number in range(1, MOST_REPLIES + 1):
            bound = [self[name] for name in self.fields if name.startswith(f"reply{number}_")]
            yield Group(bound, is_used=number == 1 or bool(bound[0].value()))

    def file(self) -> RuleFile:
        """Return what was entered, as the service takes it."""
        entered = self.cleaned_data
        keywords: list[JsonObject] = [
            {"text": line.strip(), "how": how.value}
            for how in How
            for line in entered[how.value].splitlines()
            if line.strip()
        ]
        return RuleFile(
            name=entered["name"],
            occasion=entered["occasion"],
            keywords=keywords,
            replies=[to_plain(reply) for reply in self._replies()],
            priority=entered["priority"],
            mode=entered["mode"],
            starts_at=entered["starts_at"],
            ends_at=entered["ends_at"],
        )

    def _replies(self) -> Iterator[Reply]:
        for number in range(1, MOST_REPLIES + 1):
            entered = {name: self.cleaned_data[f"reply{number}_{name}"] for name in ("kind", *FIELDS)}
            reply = _reply(entered)
            if reply is not None:
                yield reply


def initial_of(rule: KeywordRule) -> dict[str, object]:
    """Return what stands in the form for a rule that is there."""
    initial: dict[str, object] = {
        name: getattr(rule, name) for name in ("name", "occasion", "mode", "priority", "starts_at", "ends_at")
    }
    for how in How:
        words = [as_object(each) for each in as_list(rule.keywords)]
        initial[how.value] = "\n".join(
            as_text(each.get("text")) for each in words if each.get("how") == how.value
        )
    for number, plain in enumerate(as_list(rule.replies), 1):
        initial.update({f"reply{number}_{name}": value for name, value in _entered(as_object(plain)).items()})
    return initial


def _reply_fields(number: int, materials: Any) -> dict[str, forms.Field]:
    def named(name: str) -> dict[str, str]:
        return {"data-kinds": " ".join(FIELDS[name])}

    text = forms.TextInput
    made: dict[str, forms.Field] = {
        "kind": forms.ChoiceField(label=lazy("类型"), choices=KINDS, required=number == 1),
        "content": forms.CharField(
            label=lazy("文字"), widget=forms.Textarea(attrs={"rows": 4, **named("content")}), strip=True,
            help_text=lazy("最多约 680 个汉字；可以写链接：&lt;a href=&quot;网址&quot;&gt;文字&lt;/a&gt;。"),
        ),
        "title": forms.CharField(label=lazy("标题"), max_length=64, widget=text(attrs=named("title"))),
        "description": forms.CharField(label=lazy("说明"), max_length=200, widget=text(attrs=named("description"))),
        "path": forms.CharField(
            label=lazy("页面"), max_length=200, widget=text(attrs={"placeholder": "/m/holds/", **named("path")}),
            help_text=lazy("读者打开时已认得是本人，例如 /m/holds/ 是我的预约。"),
        ),
        "url": forms.URLField(label=lazy("网址"), assume_scheme="https", widget=forms.URLInput(attrs=named("url"))),
        "picture": forms.URLField(
            label=lazy("封面图片网址"), assume_scheme="https", widget=forms.URLInput(attrs=named("picture"))
        ),
        "material": forms.ModelChoiceField(
            label=lazy("素材"), queryset=materials, widget=forms.Select(attrs=named("material"))
        ),
        "appid": forms.CharField(label=lazy("小程序 AppID"), max_length=32, widget=text(attrs=named("appid"))),
        "pagepath": forms.CharField(label=lazy("小程序页面"), max_length=200, widget=text(attrs=named("pagepath"))),
    }  # fmt: skip
    for name, field in made.items():
        if name != "kind":
            field.required = False
    return {f"reply{number}_{name}": field for name, field in made.items()}


def _reply(entered: dict[str, Any]) -> Reply | None:
    match entered["kind"]:
        case "text":
            return Text(entered["content"])
        case "page":
            return PageLink(entered["title"], entered["path"], entered["description"])
        case "news":
            return News(
                [Article(entered["title"], entered["description"], entered["picture"], entered["url"])]
            )
        case "miniprogrampage":
            return MiniProgramCard(
                entered["title"], entered["appid"], entered["pagepath"], url=entered["url"]
            )
        case "material" if entered["material"] is not None:
            return _with_material(entered["material"])
    return None


def _with_material(material: Material) -> Reply:
    named = f"{OURS}{material.pk}"
    if material.kind == "voice":
        return Voice(named)
    return Video(named, material.title, material.introduction) if material.kind == "video" else Image(named)


def _entered(plain: JsonObject) -> dict[str, object]:
    """Return the fields of one reply that is there."""
    reply = from_plain(plain)
    match reply:
        case Text():
            return {"kind": "text", "content": reply.content}
        case PageLink():
            return {
                "kind": "page",
                "title": reply.title,
                "path": reply.path,
                "description": reply.description,
            }
        case News():
            first = reply.articles[0]
            return {
                "kind": "news", "title": first.title, "description": first.description,
                "url": first.url, "picture": first.picture_url,
            }  # fmt: skip
        case MiniProgramCard():
            return {
                "kind": "miniprogrampage", "title": reply.title, "appid": reply.appid,
                "pagepath": reply.pagepath, "url": reply.url,
            }  # fmt: skip
        case Image() | Voice() | Video():
            return {"kind": "material", "material": reply.media_id.removeprefix(OURS)}
    return {}
