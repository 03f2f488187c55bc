"""Words that the dictionary cuts, found in the stories themselves: several subjects, nothing told beforehand."""

from datetime import timedelta
from random import Random

import pytest

from xinglin.intelligence.models import Topic
from xinglin.intelligence.tests.watched import TODAY, say
from xinglin.intelligence.tests.watched import in_march as in_march
from xinglin.intelligence.tests.watched import watch as watch
from xinglin.intelligence.watching import services as watching
from xinglin.intelligence.watching.figures import Figures
from xinglin.intelligence.watching.joining import found_words
from xinglin.intelligence.watching.models import Watch
from xinglin.intelligence.watching.services.watches import WatchFile
from xinglin.intelligence.watching.wording import words_of

SUBJECTS = {
    "退热贴": (
        "药店退热贴断货",
        "网上退热贴又断货了",
        "退热贴到货，每人限购",
        "断货的退热贴补货",
        "儿童退热贴怎么用",
        "老人慎用退热贴",
        "社区发放退热贴",
        "退热贴价格上涨",
        "退烧药断货市民着急",
        "口罩断货多久",
        "抗原试剂断货引关注",
        "不间断货源保障",
    ),
    "陪诊师": (
        "陪诊师走红",
        "老人请陪诊师看病",
        "陪诊师收费乱",
        "我市首批陪诊师上岗",
        "谁来监管陪诊师",
        "陪诊师培训开班",
        "女儿在外地，陪诊师帮忙",
    ),
    "冰墩墩": (
        "冰墩墩卖断了",
        "排队买冰墩墩",
        "志愿者收到冰墩墩",
        "仿冒冰墩墩被查",
        "冰墩墩补货通知",
        "孩子画冰墩墩",
        "手工制作冰墩墩走红",
    ),
    "预制菜": (
        "预制菜进校园引热议",
        "学校回应预制菜",
        "预制菜国家标准征求意见",
        "餐厅用预制菜须告知",
        "市民怎么看预制菜",
        "预制菜企业接受检查",
    ),
}
EVERYTHING = [title for titles in SUBJECTS.values() for title in titles]


@pytest.mark.parametrize("word", SUBJECTS)
def test_a_word_of_a_subject_is_found_and_counted_whole(word: str) -> None:
    cut = words_of(SUBJECTS[word][0])
    found = found_words(SUBJECTS[word])
    assert word in found and word not in cut, "the dictionary alone does not know it"
    assert word in words_of(SUBJECTS[word][0], found=found)


def test_words_of_many_subjects_stand_beside_each_other_whatever_the_order() -> None:
    found = found_words(EVERYTHING)
    assert set(SUBJECTS) <= set(found) and "断货" in found
    for seed in range(5):
        mixed = list(EVERYTHING)
        Random(seed).shuffle(mixed)
        assert found_words([*mixed, *mixed]) == found, "what is told twice is no more a word"
    both = words_of("退热贴断货，冰墩墩也断货", found=found)
    assert {"退热贴", "断货", "冰墩墩"} <= set(both)


def test_a_word_is_never_put_together_across_a_word_of_the_dictionary() -> None:
    found = found_words(EVERYTHING)
    assert "断货" not in words_of("不间断货源保障", found=found)


def test_what_stands_beside_everything_or_only_in_one_phrase_is_no_word() -> None:
    beside = [f"{place}的人" for place in ("上海", "北京", "广州", "成都", "武汉", "天津", "重庆", "杭州")]
    assert found_words(beside) == []
    assert found_words(["三例确诊", "新增三例", "三例出院", "又有三例", "三例转阴"]) == []
    # One phrase repeated by many papers is one clause: it proves nothing of its parts.
    assert found_words(["退热贴断货"] * 50) == []


def test_the_hot_words_of_a_watch_are_whole_and_a_person_may_refuse_one(watch: Watch, topic: Topic) -> None:
    for back in range(1, 15):
        say(watch, TODAY - timedelta(days=back), "门诊预约", "医保报销", "疫苗接种")
    say(watch, TODAY, *SUBJECTS["退热贴"])
    before = {hot.word for hot in Figures(watch, TODAY).hot()}
    assert "退热贴" not in before
    found = watching.find_words(watch=watch)
    assert {"退热贴", "断货"} <= set(found)
    watch.refresh_from_db()
    assert {"退热贴", "断货"} <= {hot.word for hot in Figures(watch, TODAY).hot()}
    watching.amend_watch(
        watch=watch, version=watch.version, file=WatchFile(unwanted_words="退热贴"), recipients=[], by=None
    )
    watch.refresh_from_db()
    assert "退热贴" not in watch.found_words and "断货" in watch.found_words
    assert "退热贴" not in {hot.word for hot in Figures(watch, TODAY).hot()}


def test_a_table_that_is_taken_in_is_looked_through_at_once(watch: Watch) -> None:
    rows = "\n".join(f"{title},市报" for title in SUBJECTS["陪诊师"])
    watching.import_items(watch=watch, data=f"标题,发布者\n{rows}\n".encode(), name="a.csv", by=None)
    watch.refresh_from_db()
    assert watch.found_words == ["陪诊师"]
    assert all("陪诊师" in item.words for item in watch.items.all())
