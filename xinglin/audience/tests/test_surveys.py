"""Surveys before and after a push: asked once a person and wave, compared soundly, told of nobody alone."""

import pytest

from xinglin.audience import awareness
from xinglin.audience.errors import SurveyMoved, SurveyNotReady
from xinglin.audience.lifecycle import SurveyState
from xinglin.audience.models import OptOut, Survey, Wave
from xinglin.audience.notice_kinds import SURVEY
from xinglin.audience.services import erasing, inviting, surveys
from xinglin.audience.services.policies import policy_of
from xinglin.audience.tests.factories import (
    QUESTIONS,
    a_campaign,
    a_member,
    a_questionnaire,
    a_segment,
    a_survey,
    an_article,
    answers,
    pushed,
    tag_of,
)
from xinglin.audience.tests.test_screens import browser_of
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.newsroom.answers import queries as answered
from xinglin.newsroom.errors import AnswerUnfit
from xinglin.newsroom.models import Answer
from xinglin.notices.kinds import kind_of
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.models import Account, Binding, Follower
from xinglin.wechat.testing import a_follower, say, text_of

pytestmark = pytest.mark.django_db


def asked_twice(survey: Survey, people: list[Follower], knew: int, know: int) -> None:
    """Some people answer both waves: the first ``knew`` knew before, the first ``know`` know now."""
    surveys.open_baseline(survey=survey, by=None)
    for number, person in enumerate(people):
        answers(survey, person, knows=number < knew)
    pushed(survey)
    surveys.open_follow_up(survey=survey, by=None)
    for number, person in enumerate(people):
        answers(survey, person, knows=number < know)
    survey.refresh_from_db()


def test_a_survey_takes_its_questions_from_a_published_article_and_keeps_them(account: Account) -> None:
    campaign = a_campaign(a_segment(account), channel="in_app")  # type: ignore[arg-type]
    with pytest.raises(SurveyNotReady, match="0 道"):
        surveys.draw_up(campaign=campaign, article=an_article(account), by=None)
    survey = surveys.draw_up(campaign=campaign, article=a_questionnaire(account), by=None)
    with pytest.raises(SurveyNotReady, match="已有一份"):
        surveys.draw_up(campaign=campaign, article=a_questionnaire(account), by=None)
    other = a_questionnaire(account, "换一份")
    kept = surveys.draw_up(campaign=campaign, article=other, known_from=100, by=None, survey=survey)
    assert (kept.questionnaire.title, kept.known_from) == ("换一份", 100)
    with pytest.raises(SurveyNotReady, match="还没有发完"):
        Survey.objects.filter(pk=kept.pk).update(state=SurveyState.BETWEEN)
        surveys.open_follow_up(survey=kept, by=None)


def test_the_chat_asks_one_question_after_the_other_and_a_second_answer_is_refused(account: Account) -> None:
    survey, follower = a_survey(account), a_follower(account)
    assert "没有要请您答" in text_of(say(follower, "小调查"))
    surveys.open_baseline(survey=survey, by=None)
    told = text_of(say(follower, "小调查"))
    assert QUESTIONS[0][0] in told and "还有 2 题" in told
    assert QUESTIONS[1][0] in text_of(say(follower, "2"))
    told = text_of(say(follower, "1"))
    assert "都答完了" in told and "解释" not in told
    assert "没有要请您答" in text_of(say(follower, "小调查"))
    assert "只能答一次" in text_of(say(follower, f"小调查 {survey.pk}-00000000-A"))
    assert answered.answers_of_wave(survey.questionnaire.article, survey.named(Wave.BASELINE)).count() == 2
    # What stands in the article itself counts for itself.
    assert not answered.answered_by(survey.questionnaire.article, f"f{follower.pk}")
    elsewhere = a_follower(account)
    survey.refresh_from_db()
    with pytest.raises(AnswerUnfit):
        surveys.answer(survey=survey, follower=elsewhere, chosen={"00000000": 9}, via="page")
    pushed(survey)
    assert survey.state == SurveyState.BETWEEN and survey.baseline_to is not None
    with pytest.raises(SurveyNotReady):
        surveys.answer(survey=survey, follower=elsewhere, chosen={"00000000": 1}, via="page")
    surveys.open_follow_up(survey=survey, by=None)
    say(follower, "小调查")
    say(follower, "2")
    assert "看答案和解释" in text_of(say(follower, "1"))


def test_the_phone_takes_a_whole_sheet_and_tells_what_is_right_only_afterwards(account: Account) -> None:
    survey, follower = a_survey(account), a_follower(account)
    phone, address = browser_of(follower), f"/m/survey/{survey.pk}/"
    assert phone.get(address).status_code == 422
    surveys.open_baseline(survey=survey, by=None)
    assert "健康小调查" in phone.get("/m/").content.decode()
    assert QUESTIONS[0][0] in phone.get(address).content.decode()
    phone.post(address, {"q-00000000": "1"})
    assert not Answer.objects.exists()
    phone.post(address, {"q-00000000": "1", "q-00000001": "0"})
    told = phone.get(address).content.decode()
    assert "都答完了" in told and "防治指南" not in told
    assert "健康小调查" not in phone.get("/m/").content.decode()
    pushed(survey)
    surveys.open_follow_up(survey=survey, by=None)
    phone.post(address, {"q-00000000": "0", "q-00000001": "0"})
    told = phone.get(address).content.decode()
    assert "您答对了" in told and "正确的是 B" in told
    surveys.close(survey=survey, by=None)
    assert "正确的是 B" in phone.get(address).content.decode()
    assert browser_of(a_follower(account)).get(address).status_code == 422
    assert phone.get("/m/survey/999999/").status_code == 404


def test_people_who_answered_both_waves_are_compared_with_themselves(account: Account) -> None:
    survey = a_survey(account)
    nurse, doctor = tag_of("identity", "护士"), tag_of("identity", "医师")
    people = [a_member(account, nurse if number % 2 else doctor) for number in range(40)]
    few = a_member(account, tag_of("preference", "健康科普"))
    asked_twice(survey, [*people, few], knew=10, know=25)
    found = awareness.of(survey)
    whole = found.whole
    assert (whole.before.people, whole.before.known, whole.after.known) == (41, 10, 25)
    assert (whole.both, whole.gained, whole.lost, whole.test) == (41, 15, 0, "McNemar（精确）")
    assert whole.p_value == pytest.approx(2 / 2**15) and "显著提高" in whole.verdict
    by_name = {one.name: one for one in found.groups}
    assert by_name["健康科普"].hidden and by_name["健康科普"].before.people == 0
    assert by_name["护士"].before.people == 20 and by_name["护士"].p_value is None
    # All were reached: that nobody else was is not a figure, and the two are told together or not at all.
    assert by_name["收到推送"].hidden and by_name["没有收到推送"].hidden
    first, second = found.by_question
    assert (first.gained, second.gained) == (15, 0) and first.adjusted is not None
    assert first.adjusted > (first.p_value or 1) and "没有显著变化" in second.verdict


def test_people_who_answered_only_one_wave_are_compared_as_two_samples_and_few_not_at_all(
    account: Account,
) -> None:
    survey = a_survey(account)
    before, after = ([a_follower(account) for _each in range(31)] for _wave in Wave)
    surveys.open_baseline(survey=survey, by=None)
    for number, person in enumerate(before):
        answers(survey, person, knows=number < 8)
    pushed(survey)
    surveys.open_follow_up(survey=survey, by=None)
    for number, person in enumerate(after[:20]):
        answers(survey, person, knows=number < 15)
    assert "才能比较" in awareness.of(survey).whole.verdict
    for person in after[20:]:
        answers(survey, person, knows=True)
    whole = awareness.of(survey).whole
    assert (whole.both, whole.test, whole.p_value is not None) == (0, "z", True)
    assert whole.difference == pytest.approx(26 / 31 - 8 / 31)
    # Of who leaves nothing is counted any more.
    erasing.forget_follower(follower_id=after[0].pk)
    assert awareness.of(survey).whole.after.people == 30
    policy = policy_of(account)
    policy.smallest_group = 50
    policy.save()
    hidden = awareness.of(survey)
    assert hidden.whole.hidden and hidden.whole.before.people == 0 and hidden.right == (None, None)


def test_bound_readers_who_are_meant_are_invited_once_and_told_nothing_stale(
    account: Account, readers: Readers
) -> None:
    survey, bound, out = a_survey(account), a_follower(account), a_follower(account)
    Binding.objects.create(follower=bound, patron=readers.of_a)
    Binding.objects.create(follower=out, patron=readers.of_main)
    OptOut.objects.create(follower=out, topic=survey.campaign.topic, through="test")
    assert inviting.invite(survey_id=survey.pk) == 0
    surveys.open_baseline(survey=survey, by=None)
    assert inviting.invite(survey_id=survey.pk) == 1
    inviting.invite(survey_id=survey.pk)
    notice = Notice.objects.get(kind=SURVEY)
    assert notice.patron == readers.of_a and "高血压知多少" in notice.text
    still_true = kind_of(SURVEY).still_true
    assert still_true is not None and still_true(notice)
    survey.refresh_from_db()
    answers(survey, bound, knows=True)
    assert not still_true(notice)
    assert inviting.invite(survey_id=survey.pk) == 0


def test_the_console_draws_up_runs_tells_and_exports_a_survey(
    account: Account, a_small_consortium: SmallConsortium
) -> None:
    campaign = a_campaign(a_segment(account), channel="in_app")  # type: ignore[arg-type]
    article, client = a_questionnaire(account), signed_in(a_small_consortium.manager)
    assert client.get("/console/audience/surveys/").status_code == 200
    form = client.get(f"/console/audience/survey/new/?campaign={campaign.pk}")
    assert "高血压知多少" in form.content.decode()
    sent = {"campaign": campaign.pk, "article": article.pk, "known_from": 80, "_version": ""}
    assert client.post("/console/audience/survey/new/", sent).status_code == 302
    survey = Survey.objects.get()
    page = f"/console/audience/survey/{survey.pk}/"
    assert client.get(f"/console/audience/survey/edit/{survey.pk}/").status_code == 200
    client.post(f"{page}do/open_baseline/", {})
    shown = client.get(page).content.decode()
    assert f"/m/survey/{survey.pk}/" in shown and "前测中" in shown
    people = [a_follower(account) for _each in range(12)]
    survey.refresh_from_db()
    for person in people:
        answers(survey, person, knows=True)
    assert "100.0%" in client.get(page).content.decode()
    pushed(survey)
    shown = client.get(f"/console/audience/campaign/{campaign.pk}/").content.decode()
    assert "知晓率" in shown and "100.0%" in shown
    for path in (f"survey/{survey.pk}/report.xlsx", f"campaign/{campaign.pk}/report.xlsx"):
        assert client.get(f"/console/audience/{path}").status_code == 200
    client.post(f"{page}do/open_follow_up/", {})
    client.post(f"{page}do/close_survey/", {})
    survey.refresh_from_db()
    assert survey.state == SurveyState.CLOSED
    with pytest.raises(SurveyMoved):
        surveys.open_baseline(survey=survey, by=None)
    stranger = signed_in(a_small_consortium.outsider)
    assert stranger.get(page).status_code == 404
    assert "高血压" not in stranger.get("/console/audience/surveys/").content.decode()
    with pytest.raises(NotAllowed):
        surveys.close(survey=survey, by=a_small_consortium.outsider)
