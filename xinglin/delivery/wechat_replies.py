"""Documents in the chat: 「传递 …」, a photograph, 「我的文献」, 「评价 5」. Works on accounts that can only answer."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.commons.text import shortened
from xinglin.delivery import finding, intake, queries, services
from xinglin.delivery.articles import FoundArticle, plain_work, work_from_plain
from xinglin.delivery.lifecycle import State
from xinglin.delivery.models import ArticleSearch, DocumentRequest, SearchState, Source, Urgency
from xinglin.delivery.offers import expectations_for
from xinglin.delivery.services.asking import Asking
from xinglin.delivery.tasks import fetch_picture
from xinglin.delivery.works import Work, refuse_patients
from xinglin.patrons.models import Patron, Right
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.conversation import Incoming, command, menu_key, on_message, step
from xinglin.wechat.jsonvalue import JsonObject, as_list, as_object
from xinglin.wechat.messages.kinds import ImageMessage
from xinglin.wechat.replies import Reply, Text, link
from xinglin.wechat.rules.wording import tidy

WHAT, HOW = "delivery.what", "delivery.how"
MOST_SHOWN = 6
_URGENCIES = (Urgency.NORMAL, Urgency.URGENT, Urgency.CLINICAL)
_AGAIN = re.compile(r"^(?:文献传递|传递|求文献|要全文)[\s:：，,]*")
_STARS = re.compile(r"([1-5])\s*[星分]?\s*(.*)", re.DOTALL)


@command(
    "传递", "文献传递", "求文献", "要全文", title=gettext_lazy("要全文（文献传递）"),
    example="传递 10.1056/NEJMoa2034577", order=30,
)  # fmt: skip
def ask_for_document(incoming: Incoming, argument: str) -> Reply | None:
    """Begin a request with what follows the word, or ask for it."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    if not incoming.patron.may(Right.DELIVERY):
        return Text(_("您的读者类别没有开通文献传递，或读者证已过期；请联系所属图书馆。"))
    if not argument:
        return begin(incoming)
    return _how(incoming, incoming.patron, _read(argument))


@menu_key("DELIVERY", title=gettext_lazy("文献传递"))
def begin(incoming: Incoming) -> Reply | None:
    """Ask what is wanted; the next text or picture is taken as the answer."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    incoming.remember(WHAT, {})
    page = link(_("也可以在页面上填写"), incoming.link("/m/delivery/ask/"))
    return Text(
        _(
            "要哪一篇？请发来 DOI、PMID、ISBN、参考文献或标题，也可以发一张照片。\n%(page)s\n（回复「退出」结束）"
        )
        % {"page": page}
    )


@step(WHAT, free_text=True)
def told_what(incoming: Incoming, state: JsonObject) -> Reply | None:
    """Take the text as what is wanted; who begins again with the word is not asking for the word."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    return _how(incoming, incoming.patron, _read(_AGAIN.sub("", incoming.text)))


@on_message("image")
def told_by_picture(incoming: Incoming) -> Reply | None:
    """Take a picture as what is wanted, when it was asked for; other pictures are not ours."""
    if incoming.recall(WHAT) is None or incoming.patron is None:
        return None
    if not isinstance(incoming.message, ImageMessage) or not incoming.message.media_id:
        return None
    incoming.forget()
    request = services.ask(
        patron=incoming.patron,
        work=Work(),
        asking=Asking(source=Source.CHAT, has_picture=True, wants_email=True),
    )
    fetch_picture.defer(
        request_id=request.pk, follower_id=incoming.follower.pk, media_id=incoming.message.media_id
    )
    return Text(_asked(request))


def _read(text: str) -> list[Work]:
    refuse_patients(text)
    return intake.works_in(text)


def _how(incoming: Incoming, patron: Patron, works: list[Work]) -> Reply:
    """Show what was understood and what is there already, and ask how soon it is needed."""
    if not works:
        return begin(incoming) or Text("")
    lines: list[str] = []
    for work in works[:MOST_SHOWN]:
        lines.append(_("《%(title)s》") % {"title": (work.title or work.asked_as or work.doi)[:80]})
        for copy in finding.copies_of(work, patron=patron):
            url = copy.url if copy.url.startswith("http") else incoming.link(copy.url) if copy.url else ""
            lines.append(f"　{link(copy.words, url) if url else copy.words}")
    expected = {each.urgency: each for each in expectations_for(patron)}
    lines.append(_("还要馆员送全文，请回复数字："))
    for number, urgency in enumerate(_URGENCIES, start=1):
        each = expected[urgency]
        said = _("%(number)d. %(class)s（%(library)s，%(when)s 前）") % {
            "number": number,
            "class": urgency.label,
            "library": each.library.label,
            "when": f"{clock.local(each.by):%m-%d %H:%M}",
        }
        lines.append(said)
    lines.append(_("（回复「退出」结束）"))
    incoming.remember(HOW, {"works": [plain_work(work) for work in works]}, minutes=30)
    return Text("\n".join(lines))


@step(HOW)
def told_how(incoming: Incoming, state: JsonObject) -> Reply | None:
    """Take the digit as the class and ask for the documents; another text is somebody else's."""
    chosen = tidy(incoming.text)
    if incoming.patron is None or chosen not in ("1", "2", "3"):
        return None
    incoming.forget()
    asking = Asking(
        source=Source.CHAT,
        urgency=_URGENCIES[int(chosen) - 1],
        note=_("微信中选择临床急用") if chosen == "3" else "",
        wants_email=True,
        insists=True,
    )
    works = [work_from_plain(as_object(each)) for each in as_list(state.get("works"))]
    return Text("\n".join(_asked_or_not(incoming.patron, work, asking) for work in works))


def _asked_or_not(patron: Patron, work: Work, asking: Asking) -> str:
    """Ask for one document of several; what is refused says why and does not hold the others back."""
    try:
        return _asked(services.ask(patron=patron, work=work, asking=asking))
    except Refusal as refusal:
        return f"{shortened(work.title or work.asked_as, characters=40)}：{refusal}"


def _asked(request: DocumentRequest) -> str:
    said = _("已提交 %(number)s：%(title)s\n%(library)s受理，预计 %(when)s 前送达，送达后会通知您。%(phone)s")
    phone = _("电话 %(phone)s") % {"phone": request.library.phone} if request.library.phone else ""
    return said % {
        "number": request.number,
        "title": request.label[:80],
        "library": request.library.label,
        "when": f"{clock.local(request.promised_at):%m-%d %H:%M}",
        "phone": phone,
    }


@command("文", "找文献", "查文献", title=gettext_lazy("检索文章（PubMed）"), example="文 房颤 抗凝", order=20)
def search_articles(incoming: Incoming, argument: str) -> Reply | None:
    """Begin a search for articles 「文 …」; the sources are asked by a job, and the answer follows.

    A blank has to follow 文: 文献 and 文章 begin other sentences.
    """
    if incoming.text.startswith("文") and incoming.text[1:2].strip():
        return None
    if not argument:
        return Text(_("请写检索词，中文英文都可以，如：文 房颤 抗凝"))
    services.begin_search(query=argument, follower=incoming.follower)
    if incoming.may(Capability.CUSTOMER_SERVICE):
        return Text(_("正在检索 PubMed，结果马上发给您。"))
    return Text(_("正在检索 PubMed，稍等几秒，回复 1 看结果。"))


def _found(incoming: Incoming, argument: str) -> FoundArticle | None:
    """Return the article that stands under a number of the follower's latest search."""
    number = whole(argument, digits=2) or 0
    search = (
        ArticleSearch.objects.filter(follower=incoming.follower, state=SearchState.DONE)
        .order_by("-at")
        .first()
    )
    if search is None or not 1 <= number <= len(search.results):
        return None
    return FoundArticle.from_plain(search.results[number - 1])


@command("读")
def read_article(incoming: Incoming, argument: str) -> Reply | None:
    """Show one article of the last search with the ways to read it 「读 1」."""
    found = _found(incoming, argument)
    if found is None:
        return None
    copies = finding.copies_of(found.work, patron=incoming.patron)
    lines = [found.work.title, f"{found.work.authors[:80]} {found.where}"]
    if found.work.is_retracted:
        lines.insert(0, _("注意：这篇文章已被撤稿，用于临床或引用前请核实。"))
    for copy in copies:
        url = copy.url if copy.url.startswith("http") else incoming.link(copy.url) if copy.url else ""
        lines.append(link(copy.words, url) if url else copy.words)
    if not any(copy.enough for copy in copies):
        lines.append(_("没有现成的全文。回复“求 %(number)s”，馆员送给您。") % {"number": argument})
    return Text("\n".join(lines))


@command("求")
def ask_for_article(incoming: Incoming, argument: str) -> Reply | None:
    """Ask for one article of the last search 「求 1」."""
    found = _found(incoming, argument)
    if found is None:
        return None
    if incoming.patron is None:
        return incoming.ask_to_bind()
    return _how(incoming, incoming.patron, [found.work])


@command("我的文献", "我的传递", title=gettext_lazy("看申请的文献"), example="我的文献", alone=True)
def my_documents_command(incoming: Incoming, argument: str) -> Reply | None:
    """List the reader's latest requests with their state, and where they are read."""
    return my_documents(incoming)


@menu_key("MY_DOCUMENTS", title=gettext_lazy("我的文献"))
def my_documents(incoming: Incoming) -> Reply | None:
    """List the reader's latest requests with their state, and where they are read."""
    if incoming.patron is None:
        return incoming.ask_to_bind()
    rows = list(queries.requests_of(incoming.patron)[:MOST_SHOWN])
    if not rows:
        return Text(_("您还没有申请过文献。发「传递 」加上 DOI 或标题，馆员帮您找全文。"))
    lines = [_line(incoming, row) for row in rows]
    return Text("\n".join([*lines, link(_("全部申请"), incoming.link("/m/delivery/"))]))


def _line(incoming: Incoming, row: DocumentRequest) -> str:
    said = f"{row.number} {row.label[:40]}：{row.get_state_display()}"
    file = next((each for each in row.files.all() if each.is_readable), None)
    if file is not None:
        return f"{said} {link(_('阅读'), incoming.link(f'/m/delivery/read/{file.token}/'))}"
    if row.state == State.DELIVERED and row.link:
        return f"{said} {link(_('打开原文'), row.link)}"
    if row.state == State.ASKED_BACK:
        return f"{said}（{row.question}）{link(_('去补充'), incoming.link(f'/m/delivery/{row.pk}/'))}"
    return said


@command("评价", title=gettext_lazy("评价送到的文献"), example="评价 5")
def rate(incoming: Incoming, argument: str) -> Reply | None:
    """Rate the document delivered last: 「评价 5 很快」."""
    given = _STARS.fullmatch(argument.strip())
    if incoming.patron is None or given is None:
        return None
    delivered = queries.requests_of(incoming.patron).filter(state=State.DELIVERED)
    row = delivered.order_by("-delivered_at").first()
    if row is None:
        return None
    services.rate(request=row, patron=incoming.patron, stars=int(given[1]), praise=given[2])
    return Text(_("谢谢！%(number)s 您给了 %(stars)s 星。") % {"number": row.number, "stars": given[1]})
