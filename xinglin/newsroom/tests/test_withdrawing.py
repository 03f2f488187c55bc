"""Back from the channels: a withdrawal and a correction find every place, and a text that ends is asked about."""

from datetime import timedelta

import pytest

from wechat_sandbox.control import SandboxClient
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom import services
from xinglin.newsroom.models import Posting, Recheck, Rumour, RumourState
from xinglin.newsroom.publishing import outlets, postings, rechecks, results
from xinglin.newsroom.publishing.lifecycle import OutletKind, PostingState, Way
from xinglin.newsroom.rumours import services as cards
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.channels import account_of, an_outlet, planned, published_in, sent
from xinglin.newsroom.tests.channels import pretend_wechat as pretend_wechat
from xinglin.newsroom.tests.channels import sandbox as sandbox
from xinglin.newsroom.tests.factories import a_column, a_content, a_notice
from xinglin.newsroom.tests.reviewers import an_office, pass_all, submitted
from xinglin.wechat.jsonvalue import JsonValue
from xinglin.wechat.models import Menu, MenuState
from xinglin.wechat.services import menus, rules
from xinglin.wechat.testing import an_account

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_finds_every_channel_and_every_rule(
    a_small_consortium: SmallConsortium, sandbox: SandboxClient
) -> None:
    outlet = an_outlet(a_small_consortium, sandbox)
    words = "发热超过三天不退请到发热门诊就诊不要自行服用抗生素。"
    article = a_notice(a_small_consortium.a, text=words)
    posting = sent(planned(article, outlet, Way.PUBLISH))
    sandbox.advance_clock(120)
    sandbox.settle()
    Posting.objects.update(sent_at=clock.now() - timedelta(minutes=20))
    results.ask_for_results()
    weibo = outlets.add_outlet(
        library=a_small_consortium.a, kind=OutletKind.WEIBO, file=outlets.OutletFile(name="附一院"), by=None
    )
    by_hand = postings.report_out(
        posting=sent(planned(article, weibo, Way.BY_HAND)), url="https://w.example/1", by=None
    )

    def a_rule(word: str, said: str) -> int:
        file = rules.RuleFile(
            name=word, keywords=[{"text": word, "how": "exact"}], replies=[{"type": "text", "content": said}]
        )
        return rules.add(account=account_of(outlet), file=file, by=None).pk

    quoting, linking = (
        a_rule("发热", f"请注意，{words}"),
        a_rule("更多", f"看 https://x/m/articles/{article.pk}/"),
    )
    other = a_rule("别的", f"看 https://x/m/articles/{article.pk}7/")
    article.refresh_from_db()
    services.withdraw(article=article, version=article.version, reason="有误", by=None)
    run_errands()
    posting.refresh_from_db()
    by_hand.refresh_from_db()
    assert (posting.state, by_hand.state) == (PostingState.WITHDRAWN, PostingState.TO_WITHDRAW)
    active = {pk: _rule_is_on(pk) for pk in (quoting, linking, other)}
    assert active == {quoting: False, linking: False, other: True}
    assert published_in(sandbox, outlet)[0]["deleted"]


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_silences_a_card_that_repeats_it_and_shows_a_menu_that_links_to_it(
    a_small_consortium: SmallConsortium,
) -> None:
    library = a_small_consortium.a
    words = "流感疫苗每年要重新接种，因为流行的毒株每年不一样。"
    office = an_office(library)
    article = a_notice(library, text=words)

    def a_card(claim: str, truth: str) -> Rumour:
        file = cards.RumourFile(claim=claim, truth=truth, sources="疾控中心")
        return cards.approve(rumour=cards.write(library=library, file=file, by=None), by=office.physician)

    repeating = a_card("流感疫苗打一次管一辈子", f"不是。{words}")
    other = a_card("喝高度酒能预防流感", "没有这样的证据，饮酒反而伤害免疫力。")
    account = an_account(library)
    button: JsonValue = {"name": "流感", "type": "view", "url": f"https://x/m/articles/{article.pk}/"}
    menu = menus.draft(account=account, buttons=[button], by=None, name="冬季菜单")
    Menu.objects.filter(pk=menu.pk).update(state=MenuState.PUBLISHED)
    page = signed_in(a_small_consortium.librarian_a).get(f"/console/newsroom/article/plan/{article.pk}/")
    shown = page.content.decode()
    assert "辟谣：流感疫苗打一次管一辈子" in shown and "冬季菜单" in shown and "高度酒" not in shown
    services.withdraw(article=article, version=article.version, reason="有误", by=None)
    run_errands()
    states = [Rumour.objects.get(pk=card.pk).state for card in (repeating, other)]
    assert states == [RumourState.RETIRED, RumourState.APPROVED]
    menu.refresh_from_db()
    assert menu.state == MenuState.PUBLISHED


def _rule_is_on(pk: int) -> bool:
    from xinglin.wechat.models import KeywordRule

    return KeywordRule.objects.get(pk=pk).active


@pytest.mark.django_db(transaction=True)
def test_a_correction_marks_what_shows_the_old_text(a_small_consortium: SmallConsortium) -> None:
    weibo = outlets.add_outlet(
        library=a_small_consortium.a, kind=OutletKind.WEIBO, file=outlets.OutletFile(name="附一院"), by=None
    )
    article = a_notice(a_small_consortium.a)
    posting = postings.report_out(posting=sent(planned(article, weibo, Way.BY_HAND)), url="", by=None)
    article.refresh_from_db()
    article = services.revise(
        article=article, version=article.version, content=a_content("更正", "本周日闭馆。"),
        arrangement=Arrangement(a_column()), by=None,
    )  # fmt: skip
    services.publish(article=article, version=article.version, by=None)
    run_errands()
    posting.refresh_from_db()
    assert posting.state == PostingState.TO_CORRECT
    corrected = postings.report_corrected(posting=posting, by=None)
    assert corrected.state == PostingState.OUT
    article.refresh_from_db()
    assert article.shown is not None and corrected.sha256 == article.shown.sha256


def test_a_health_article_is_asked_about_before_it_ends(a_small_consortium: SmallConsortium) -> None:
    office = an_office(a_small_consortium.a)
    article = pass_all(office, submitted(office))
    article = services.publish(article=article, version=article.version, by=office.publisher)
    assert rechecks.remind() == 0
    clock.move(timedelta(days=180))
    try:
        assert (rechecks.remind(), rechecks.remind()) == (1, 0)
        recheck = Recheck.objects.get()
        until = clock.today() + timedelta(days=365)
        with pytest.raises(NotAllowed):
            rechecks.keep(recheck=recheck, until=until, note="", by=office.writer)
        rechecks.keep(recheck=recheck, until=until, note="仍适用", by=office.physician)
    finally:
        clock.set_right()
    article.refresh_from_db()
    assert article.expires_on == until
