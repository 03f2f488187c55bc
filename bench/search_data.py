"""A seeded catalogue of any size that looks like a medical consortium's: for speed, not for relevance.

Words follow a long-tailed distribution, as in a real catalogue: a few are in every tenth title,
most in a handful.
"""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice

from stdnum import ean

from xinglin.catalog.search.documents import SearchDocument

SEED = 20
SIZE_VARIABLE = "XINGLIN_BENCH_RECORDS"


def _split(words: str) -> list[str]:
    return words.split()


ORGANS = _split(
    "心脏 肝脏 肾脏 肺部 胃肠 骨关节 神经 血液 皮肤 眼底 口腔 耳鼻咽喉 乳腺 甲状腺 前列腺 胰腺 脊柱 血管 淋巴 子宫"
)
DISEASES = _split(
    "肿瘤 感染 结核 高血压 糖尿病 冠心病 心律失常 心力衰竭 脑卒中 癫痫 哮喘 肺炎 肝炎 肝硬化 肾炎 贫血 白血病 "
    "骨折 骨质疏松 关节炎 湿疹 银屑病 白内障 青光眼 龋病 中耳炎 溃疡 结石 休克 败血症 创伤 烧伤 中毒 抑郁 焦虑 痴呆"
)
WORKS = _split(
    "诊断 治疗 护理 康复 预防 手术 麻醉 影像 超声 心电图 病理 药理 检验 营养 免疫 遗传 流行病 急救 重症 介入 "
    "内镜 微创 放疗 化疗 针灸 推拿 方剂 中药 辨证 保健"
)
_FORMS = _split(
    "学 手册 图谱 指南 教程 精要 进展 基础 实践 原理 概论 案例 问答 习题集 丛书 规范 共识 技术 策略 研究"
)
_OPENINGS = ["", "", "", *_split("临床 实用 现代 新编 中国 简明 图解 基础 高级")]
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文志国金春海永林兰云峰成东山福生龙飞"
    "燕梅玲鹏辉宁波晓宇浩然思远天佑子轩雨涵诗琪嘉欣怡佳慧雪莹俊凯博泽睿"
)
_PUBLISHERS = _split(
    "人民卫生 科学 高等教育 中国医药科技 上海科学技术 北京大学医学 军事医学 中国中医药 化学工业 清华大学"
)
_ENGLISH = _split(
    "cardiac renal hepatic pulmonary neural pediatric clinical surgical molecular cellular therapy diagnosis "
    "imaging anatomy physiology pathology pharmacology oncology nursing medicine practice handbook atlas principles"
)
LIBRARIES = [f"LIB{number:02d}" for number in range(1, 25)]
_KINDS = (["book"] * 80) + (["ebook"] * 10) + (["journal"] * 4) + (["thesis"] * 6)
_FIRST_DAY = datetime(2010, 1, 1, tzinfo=UTC)


def _long_tailed(size: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


class Catalogue:
    """Records that are the same for the same seed, however many are taken."""

    def __init__(self, *, seed: int = 20) -> None:
        self._random = random.Random(seed)
        letters = _GIVEN + "".join(ORGANS) + "".join(DISEASES)
        self._rare = ["".join(self._random.choices(letters, k=2)) for _ in range(20_000)]
        self._rare_weights = _long_tailed(len(self._rare))
        self._topics = [*DISEASES, *ORGANS]
        self._topic_weights = _long_tailed(len(self._topics))
        self._library_weights = _long_tailed(len(LIBRARIES))

    def records(self, count: int) -> Iterator[SearchDocument]:
        """Yield records numbered from 1."""
        for number in range(1, count + 1):
            yield self._record(number)

    def _record(self, number: int) -> SearchDocument:
        pick = self._random
        topic = pick.choices(self._topics, cum_weights=self._topic_weights)[0]
        work = pick.choice(WORKS)
        foreign = pick.random() < 0.1
        holding = pick.choices(
            LIBRARIES, cum_weights=self._library_weights, k=pick.choice((1, 1, 1, 2, 3, 5))
        )
        libraries = tuple(dict.fromkeys(holding))
        return SearchDocument(
            record_id=number,
            title=self._foreign_title() if foreign else self._title(topic, work),
            authors=tuple(self._name() for _ in range(pick.choice((1, 1, 2, 3)))),
            subjects=(topic, f"{topic}-{work}"),
            publisher=f"{pick.choice(_PUBLISHERS)}出版社",
            year=2025 - int(pick.expovariate(0.08)) % 80,
            isbns=(self._isbn(),),
            classes=(f"R{pick.randint(1, 9)}{pick.randint(0, 9)}{pick.randint(0, 9)}.{pick.randint(1, 9)}",),
            languages=("eng",) if foreign else ("chi",),
            kind=pick.choice(_KINDS),
            libraries=libraries,
            on_shelf_libraries=tuple(library for library in libraries if pick.random() < 0.7),
            added_at=_FIRST_DAY + timedelta(minutes=7 * number),
            popularity=int(pick.paretovariate(1.1)) - 1,
        )

    def _title(self, topic: str, work: str) -> str:
        rare = self._random.choices(self._rare, cum_weights=self._rare_weights)[0]
        opening, form = self._random.choice(_OPENINGS), self._random.choice(_FORMS)
        return f"{opening}{topic}{rare if self._random.random() < 0.5 else ''}{work}{form}"

    def _foreign_title(self) -> str:
        return " ".join(self._random.sample(_ENGLISH, self._random.randint(2, 5))).capitalize()

    def _name(self) -> str:
        return self._random.choice(_SURNAMES) + "".join(
            self._random.choices(_GIVEN, k=self._random.choice((1, 2, 2)))
        )

    def _isbn(self) -> str:
        body = f"9787{self._random.randrange(10**8):08d}"
        return body + str(ean.calc_check_digit(body))


def share(number: int, of: int) -> Iterator[SearchDocument]:
    """Yield every ``of``-th book of the catalogue whose size the environment names: a part of an index."""
    yield from islice(Catalogue(seed=SEED).records(int(os.environ[SIZE_VARIABLE])), number, None, of)
