"""What sort of study a paper is, by rules that can be read: the source's publication types first, then its words.

Designs name themselves, a desk has too few filed papers to learn rare ones from, and a person can be told which word
decided. Where a desk has filed enough papers of a type, a model that these have taught judges (``labelling.teaching``).
"""

import re
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.commons.text import comparable
from xinglin.literature.articles import KIND_WORDS, Article, Kind


class Study(StrEnum):
    """The designs a medical librarian sorts by."""

    GUIDELINE = "guideline"
    META_ANALYSIS = "meta_analysis"
    SYSTEMATIC_REVIEW = "systematic_review"
    TRIAL = "trial"
    COHORT = "cohort"
    CASE_CONTROL = "case_control"
    CROSS_SECTIONAL = "cross_sectional"
    DIAGNOSTIC = "diagnostic"
    CASE_REPORT = "case_report"
    MODELLING = "modelling"
    REVIEW = "review"
    LABORATORY = "laboratory"
    PREPRINT = "preprint"
    COMMENT = "comment"


STUDY_WORDS: dict[Study, Promise] = {
    Study.GUIDELINE: _("指南与共识"),
    Study.META_ANALYSIS: _("Meta 分析"),
    Study.SYSTEMATIC_REVIEW: _("系统评价"),
    Study.TRIAL: _("随机对照试验"),
    Study.COHORT: _("队列研究"),
    Study.CASE_CONTROL: _("病例对照研究"),
    Study.CROSS_SECTIONAL: _("横断面研究"),
    Study.DIAGNOSTIC: _("诊断试验"),
    Study.CASE_REPORT: _("病例报告"),
    Study.MODELLING: _("模型与预测"),
    Study.REVIEW: _("综述"),
    Study.LABORATORY: _("基础研究"),
    Study.PREPRINT: _("预印本"),
    Study.COMMENT: _("评论与来信"),
}

_BY_TYPE: dict[str, Study] = {
    "practice guideline": Study.GUIDELINE, "guideline": Study.GUIDELINE,
    "consensus development conference": Study.GUIDELINE, "meta-analysis": Study.META_ANALYSIS,
    "systematic review": Study.SYSTEMATIC_REVIEW, "randomized controlled trial": Study.TRIAL,
    "case reports": Study.CASE_REPORT, "review": Study.REVIEW, "letter": Study.COMMENT,
    "comment": Study.COMMENT, "editorial": Study.COMMENT, "preprint": Study.PREPRINT,
}  # fmt: skip
# In titles a design is claimed of the paper itself; in abstracts the same word often speaks of others' work.
_BY_TITLE: dict[Study, str] = {
    Study.GUIDELINE: r"guidelines?\b(?!.*\badherence)|consensus statement|指南(?!针)|专家共识|专家建议|诊疗方案",
    Study.META_ANALYSIS: r"meta-? ?analys|meta ?分析|荟萃分析",
    Study.SYSTEMATIC_REVIEW: r"systematic(?: literature)? review|scoping review|系统评价|系统综述",
    Study.TRIAL: r"randomi[sz]ed|随机对照|随机试验",
    Study.COHORT: r"\bcohort\b|队列研究",
    Study.CASE_CONTROL: r"case-control|病例对照",
    Study.CROSS_SECTIONAL: r"cross-sectional|横断面|现况调查",
    Study.DIAGNOSTIC: r"diagnostic (?:accuracy|performance|value)|sensitivity and specificity|诊断价值|诊断效能",
    Study.CASE_REPORT: r"case (?:report|series)|a case of|(?:^|[\D])\d+ ?例(?:报告|报道)|病例报告|个案",
    Study.MODELLING: r"mathematical model|forecast|\bseir\b|预测模型|传播动力学",
    Study.REVIEW: r"\breview\b|综述|研究进展|研究现状",
    Study.COMMENT: r"^(?:re:|comment on|letter|reply)|述评|评论|读者来信",
}
_BY_ABSTRACT: dict[Study, str] = {
    Study.TRIAL: r"were randomi[sz]ed|randomly (?:assigned|allocated)|随机分为|随机分成|随机分配",
    Study.COHORT: r"(?:prospective|retrospective) cohort|(?:前瞻性|回顾性)队列",
    Study.CASE_CONTROL: r"case-control study|病例对照研究",
    Study.CROSS_SECTIONAL: r"cross-sectional (?:study|survey)|横断面研究",
    Study.DIAGNOSTIC: r"area under the (?:roc|receiver)|受试者工作特征|roc 曲线",
    Study.LABORATORY: r"\bin vitro\b|\bmice\b|\brats?\b|cell lines?|小鼠|大鼠|细胞系|体外实验",
}
_TITLE = {study: re.compile(pattern) for study, pattern in _BY_TITLE.items()}
_ABSTRACT = {study: re.compile(pattern) for study, pattern in _BY_ABSTRACT.items()}


def studies_of(article: Article) -> tuple[Study, ...]:
    """Return the designs of an article, in the order of the list; none where nothing says one."""
    return tuple(studies_with_words(article))


def studies_with_words(article: Article) -> dict[Study, str]:
    """Return the designs of an article, in the order of the list, each with the words that claim it."""
    found = {_BY_TYPE[kind.lower()]: kind for kind in article.types if kind.lower() in _BY_TYPE}
    if article.kind == Kind.PREPRINT:
        found.setdefault(Study.PREPRINT, str(KIND_WORDS[Kind.PREPRINT]))
    _claim(found, _TITLE, comparable(f"{article.title} {article.other_title}"))
    secondary = found.keys() & {Study.META_ANALYSIS, Study.SYSTEMATIC_REVIEW, Study.GUIDELINE, Study.REVIEW}
    if not secondary:  # their abstracts tell of the studies they have read
        _claim(found, _ABSTRACT, comparable(article.abstract))
    if found.keys() & {Study.META_ANALYSIS, Study.SYSTEMATIC_REVIEW}:
        found.pop(Study.REVIEW, None)
        found.pop(Study.TRIAL, None)  # of randomised trials, but none itself
    return {study: found[study] for study in Study if study in found}


def _claim(found: dict[Study, str], patterns: dict[Study, re.Pattern[str]], text: str) -> None:
    for study, pattern in patterns.items():
        if study not in found and (claimed := pattern.search(text)):
            found[study] = claimed[0].strip()
