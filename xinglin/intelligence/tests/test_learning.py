"""The models: order, labels, advice, agreement, study types; in English and in Chinese."""

import csv
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.intelligence import learning
from xinglin.intelligence.learning import Paper, ranking
from xinglin.intelligence.learning.studies import Study
from xinglin.intelligence.learning.wording import marked_terms
from xinglin.literature.articles import Article

FIXTURE = (
    Path(__file__).resolve().parents[4]
    / "shared"
    / "data"
    / "intelligence"
    / "covid"
    / "litcovid_metric_fixture"
)
STROKE = [
    "卒中后吞咽障碍的康复训练", "急性缺血性卒中静脉溶栓", "卒中患者肢体康复的随机对照试验", "脑卒中二级预防",
    "Early rehabilitation after acute ischaemic stroke", "Thrombolysis for acute stroke",
    "Stroke unit care and recovery", "Recovery of gait after stroke",
]  # fmt: skip
OTHER = [
    "糖尿病足溃疡的创面处理", "胰岛素泵治疗糖尿病", "2 型糖尿病的饮食干预", "糖尿病视网膜病变筛查",
    "Insulin pumps in type 1 diabetes", "Diet in type 2 diabetes", "Diabetic foot ulcers and their care",
    "Screening for diabetic retinopathy",
]  # fmt: skip
PAPERS = [Paper(title) for title in STROKE + OTHER]


def test_chinese_is_read_as_words_and_as_pairs_of_characters_and_english_without_its_grammar() -> None:
    found = learning.terms(Paper("卒中康复", "The effect of rehabilitation on stroke patients"))
    assert {"卒中", "康复", "中康", "title:卒中", "rehabilitation", "stroke patients"} <= set(found)
    assert not {"the", "of", "on"} & set(found)


def test_what_was_kept_and_dropped_orders_what_waits() -> None:
    ranker = learning.Ranker(PAPERS)
    order = learning.in_order(ranker.scores([0, 4], [8, 12]), without=[0, 4, 8, 12])
    assert set(order[:6]) == {1, 2, 3, 5, 6, 7}
    assert set(order[6:]) == {9, 10, 11, 13, 14, 15}


def test_without_dropped_papers_likeness_orders_and_without_kept_ones_nothing_does() -> None:
    ranker = learning.Ranker(PAPERS)
    assert set(learning.in_order(ranker.scores([0, 4], []), without=[0, 4])[:4]) <= {1, 2, 3, 5, 6, 7}
    assert learning.in_order(ranker.scores([], [3])) == list(range(16))
    assert learning.Ranker([]).scores([], []).size == 0


def test_a_profile_of_two_interests_finds_both_and_dislike_pushes_down() -> None:
    liked = [Paper("卒中康复"), Paper("diabetic retinopathy")]
    scores = learning.by_likeness(PAPERS, liked)
    assert scores[2] > scores[9] and scores[15] > scores[12]
    assert learning.by_likeness(PAPERS, liked, [Paper(STROKE[2])])[2] < scores[2]
    assert not learning.by_likeness(PAPERS, []).any()


def test_several_labels_are_learned_at_once_and_a_rare_one_says_that_it_is_not() -> None:
    papers = [Paper(f"{title} {turn}") for turn in range(2) for title in STROKE + OTHER]
    given_ = [["卒中"] if at % 16 < 8 else ["糖尿病"] for at in range(32)]
    given_[0] = ["卒中", "罕见"]
    learned = learning.Labeller(["卒中", "糖尿病", "罕见"]).learn(papers, given_)
    assert learned.unlearned == ("罕见",)
    said = learned.labels_of([Paper("stroke rehabilitation"), Paper("糖尿病饮食"), Paper("qqq")])
    assert said[:2] == [["卒中"], ["糖尿病"]]


def test_labels_that_exclude_each_other_are_settled_by_what_is_said_of_the_other() -> None:
    """Enough papers for a judge: chances are learned from papers the models had not seen, in both languages."""
    papers = [
        Paper(title, f"{other} {turn}岁") for turn in range(3) for title in STROKE for other in OTHER[:4]
    ]
    marks = [["卒中"] if at % 3 else ["糖尿病"] for at in range(len(papers))]
    papers = [
        paper if mark == ["卒中"] else Paper(paper.abstract, paper.title)
        for paper, mark in zip(papers, marks, strict=True)
    ]
    learned = learning.Labeller(["卒中", "糖尿病"]).learn(papers, marks)
    assert learned.labels_of(papers[:9]) == marks[:9]
    assert learned.sureness([]).shape == (0, 2)


def test_amounts_are_one_term_and_names_with_digits_stay() -> None:
    found = marked_terms(Paper("A 65-year-old man with COVID-19", "ACE2 in 3 of 120 patients 患者65岁"))
    assert {"00-year-old", "covid-19", "ace2", "0", "000", "00", "title:covid-19", "begins:ace2"} <= set(
        found
    )
    assert marked_terms(Paper("71-year-old")) == marked_terms(Paper("65-year-old"))


def test_papers_without_words_teach_nothing() -> None:
    with pytest.raises(learning.ThinTraining):
        learning.Labeller(["卒中"]).learn([Paper("…")] * 20, [["卒中"]] * 10 + [[]] * 10)


def test_a_model_astray_does_not_hold_back_what_the_other_puts_first() -> None:
    """The first of either model's order comes before what both put in the middle."""
    one, other = np.array([9.0, 5.0, 4.0, 1.0]), np.array([1.0, 5.0, 4.0, 9.0])
    both = ranking._urgency(np.repeat(one, 50)) + ranking._urgency(np.repeat(other, 50))
    assert both[:50].max() > both[50:100].max() > both[100:150].max()
    assert both[150:].max() > both[50:100].max()


def test_the_answers_weigh_as_told_and_on_the_mean_one() -> None:
    dropped, kept = ranking._balanced(kept=2, dropped=30, ratio=5.0)
    assert kept * 2 == pytest.approx(5 * dropped * 30)
    assert kept * 2 + dropped * 30 == pytest.approx(32)


def test_too_few_papers_teach_nothing() -> None:
    with pytest.raises(learning.ThinTraining):
        learning.Labeller(["卒中"]).learn(PAPERS[:3], [["卒中"], [], []])


@pytest.mark.parametrize(
    ("title", "studies"),
    [
        ("Effect of X: a randomized, double-blind trial", {Study.TRIAL}),
        ("Statins: a systematic review and meta-analysis of trials", {Study.SYSTEMATIC_REVIEW, Study.META_ANALYSIS}),
        ("中国急性缺血性卒中诊治指南2018", {Study.GUIDELINE}),
        ("静脉溶栓治疗急性脑梗死 3 例报告", {Study.CASE_REPORT}),
        ("不同剂量阿托伐他汀的随机对照试验", {Study.TRIAL}),
        ("吞咽障碍的研究进展", {Study.REVIEW}),
        ("The randomness of life", set()),
    ],
)  # fmt: skip
def test_a_title_names_its_design(title: str, studies: set[Study]) -> None:
    assert set(learning.studies_of(Article(title=title))) == studies


def test_the_sources_own_type_counts_and_a_reviews_abstract_does_not() -> None:
    assert learning.studies_of(Article(title="X", types=("Randomized Controlled Trial",))) == (Study.TRIAL,)
    review = Article(
        title="A systematic review", abstract="Patients were randomly assigned in 3 of 9 studies."
    )
    assert learning.studies_of(review) == (Study.SYSTEMATIC_REVIEW,)


def test_agreement_is_cohens_own_example() -> None:
    """Cohen 1960, the table of proportions .25 .13 .12 / .12 .02 .16 / .03 .15 .02 gives kappa -.0950."""
    table = [[25, 13, 12], [12, 2, 16], [3, 15, 2]]
    pairs = [(str(a), str(b)) for a in range(3) for b in range(3) for _n in range(table[a][b])]
    found = learning.agreement(
        {at: pair[0] for at, pair in enumerate(pairs)}, {at: pair[1] for at, pair in enumerate(pairs)}
    )
    observed, chance = 29 / 100, (50 * 40 + 30 * 30 + 20 * 30) / 10_000
    assert found.papers == 100 and found.agreed == 29
    assert found.kappa == pytest.approx((observed - chance) / (1 - chance))


def test_agreement_leaves_out_what_one_alone_has_judged_and_says_when_it_cannot_be_reckoned() -> None:
    assert learning.agreement({1: "keep", 2: "drop"}, {2: "drop", 3: "keep"}).kappa is None
    assert learning.agreement({1: "keep", 2: "drop"}, {1: "keep", 2: "drop"}).kappa == 1
    assert learning.agreement({1: "keep"}, {2: "keep"}).papers == 0


def test_advice_reckons_a_last_draw_by_hand() -> None:
    """One kept of 20, the last 10 dropped: from every point on, 2 relevant of the rest were not to be seen again."""
    answers = [True, *[False] * 9]
    found = learning.advice(answers, 20)
    expected = min(comb(20 - b - 1, 10 - b) / comb(20 - b, 10 - b) for b in range(1, 10))
    assert found.chance == pytest.approx(expected)
    assert (found.left, found.kept, found.since_last, found.enough) == (10, 1, 9, False)


def test_advice_says_enough_after_a_long_silence_and_never_with_nothing_kept() -> None:
    silence = [True] * 10 + [False] * 90
    assert learning.advice(silence, 103).enough
    assert not learning.advice(silence, 2_000).enough
    assert not learning.advice([False] * 100, 100).enough
    assert learning.advice([], 0).chance == 1.0


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 200))
def test_the_chance_is_a_chance_and_dropping_one_more_never_raises_it(answers: list[bool], more: int) -> None:
    total = len(answers) + more + 1
    before, after = learning.advice(answers, total), learning.advice([*answers, False], total)
    assert 0 <= after.chance <= before.chance + 1e-9 <= 1 + 1e-9


@pytest.mark.corpus
@pytest.mark.skipif(not FIXTURE.is_dir(), reason="NCBI's sample files are not beside the project")
def test_the_scorer_agrees_with_ncbis_own() -> None:
    def rows(name: str) -> list[list[float]]:
        with (FIXTURE / name).open(encoding="utf-8-sig", newline="") as file:
            return [[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]]

    true = [[int(cell) for cell in row] for row in rows("goldstandard_label_samples.csv")]
    said = [[int(cell >= 0.5) for cell in row] for row in rows("prediction_label_samples.csv")]
    score = learning.score_labels(true, said)
    assert (round(score.macro, 4), round(score.micro, 4), round(score.instance, 4)) == (
        0.8186,
        0.8619,
        0.8616,
    )
