"""What a text must not say: cure promises and absolute words, identity numbers, telephones, claims without a source."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from stdnum.cn import ric

from xinglin.newsroom.blocks import Content


class Weight(StrEnum):
    """Whether a finding stops publication, or is advice."""

    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True)
class Finding:
    """Something found in a block (0: title and digest): the words, and what about them."""

    weight: Weight
    block: int
    quote: str
    why: str
    is_personal: bool = False


# Advertising Law of the PRC (2021) art. 16: no assertion of effect or safety, no rate of cure, in what
# speaks of medical treatment, medicines and devices. Art. 9 (3): no "national level, highest, best".
PROMISES = (
    "根治", "包治", "包好", "断根", "永不复发", "药到病除", "立竿见影", "手到病除", "治愈率", "有效率高达", "无效退款",
    "百分之百有效", "100%有效", "100％有效", "绝对安全", "无任何副作用", "没有任何副作用", "无毒副作用", "祖传秘方",
    "神药", "神医", "特效药", "包您满意", "一次治愈", "彻底治愈", "秒杀癌细胞", "抗癌奇迹",
)  # fmt: skip
ABSOLUTES = (
    "国家级", "世界级", "最高级", "最佳", "最先进", "最权威", "最专业", "最有效", "最安全", "第一品牌",
    "全国第一", "全球首创", "独一无二", "史无前例", "首屈一指", "唯一正确", "绝无仅有", "顶级", "极品", "万能", "王牌",
    "填补国内空白", "国际领先",
)  # fmt: skip
_PROMISES = re.compile("|".join(map(re.escape, PROMISES)))
_ABSOLUTES = re.compile("|".join(map(re.escape, ABSOLUTES)))
# To say that something does not exist is no promise: 没有根治的办法, 不能根治.
_DENIED = re.compile(
    r"(?:不能|不会|无法|没有|不可能|难以|并非|不是|尚无|谨防|警惕|所谓|号称|声称)[^，。；]{0,8}$"
)
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_BED = re.compile(r"(?:住院号|病历号|门诊号|病案号)\s*[:：]?\s*[A-Za-z0-9]{5,}")
_CLAIM = re.compile(
    r"(?:研究|数据|调查|统计|试验|指南|专家)(?:表明|显示|发现|证实|指出|认为|推荐)|据统计|据报道"
)
_CITED = re.compile(r"《[^》]{2,}》|\[\d+\]|[（(](?:来源|引自)")


def findings_in(content: Content) -> list[Finding]:
    """Return everything that is wrong with the words of an article, in the order of the text."""
    texts = [(0, f"{content.title}\n{content.digest}")]
    texts += [(number, block.plain()) for number, block in enumerate(content.blocks, start=1)]
    found = [finding for number, text in texts for finding in _in_text(number, text)]
    if not content.about.sources:
        found += [finding for number, text in texts for finding in _claims(number, text)]
    return found


def _in_text(block: int, text: str) -> Iterator[Finding]:
    for match in _IDENTITY.finditer(text):
        if ric.is_valid(match.group()):
            yield Finding(
                Weight.STOP, block, _masked(match.group()), _("像是身份证号，不能发布个人信息"), True
            )
    for match in _MOBILE.finditer(text):
        yield Finding(
            Weight.STOP, block, _masked(match.group()), _("像是个人手机号；公布电话请用科室座机或总机"), True
        )
    for match in _BED.finditer(text):
        yield Finding(Weight.STOP, block, match.group()[:4], _("像是病历号、住院号，不能发布"), True)
    for match in _PROMISES.finditer(text):
        if not _DENIED.search(text[: match.start()]):
            yield Finding(
                Weight.STOP, block, match.group(), _("保证疗效的说法（广告法第十六条），请改成客观的说法")
            )
    for match in _ABSOLUTES.finditer(text):
        if not _DENIED.search(text[: match.start()]):
            yield Finding(Weight.WARN, block, match.group(), _("绝对化用语（广告法第九条），有依据才能用"))


def _claims(block: int, text: str) -> Iterator[Finding]:
    for match in _CLAIM.finditer(text):
        end = text.find("。", match.end())
        sentence = text[match.start() : end if end > 0 else match.end() + 80]
        if not _CITED.search(sentence) and not _CITED.search(
            text[max(0, match.start() - 30) : match.start()]
        ):
            yield Finding(Weight.WARN, block, match.group(), _("说了“研究、指南”却没有写来源"))


def _masked(number: str) -> str:
    return f"{number[:3]}…{number[-2:]}"
