"""Vocabularies that were loaded, their words, and the captions of classes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VocabularyKind(models.TextChoices):
    """What a file brings."""

    MESH = "mesh", _("MeSH（XML、MARCXML 或 ASCII）")
    WORDS = "words", _("中文主题词表、同义词表（XLSX、CSV）")
    CLASSES = "classes", _("分类表（XLSX、CSV）")


class Vocabulary(models.Model):
    """One file that was loaded. Taking it back takes its words along."""

    kind = models.CharField(_("种类"), max_length=10, choices=VocabularyKind)
    name = models.CharField(_("名称"), max_length=120)
    file_name = models.CharField(_("文件名"), max_length=200)
    words = models.PositiveIntegerField(_("词或类目数"), default=0)
    refused = models.JSONField(_("未收的行"), default=list)
    loaded_at = models.DateTimeField(_("载入时间"))
    by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("载入人"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("词表")
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class Word(models.Model):
    """One of the words for one concept. Words of one concept mean the same to a search.

    A concept is named after its English heading where there is one ("myocardialinfarction"), so that a Chinese
    table that gives the English heading joins MeSH.
    """

    vocabulary = models.ForeignKey(
        Vocabulary, verbose_name=_("词表"), on_delete=models.CASCADE, related_name="entries"
    )
    concept = models.CharField(_("概念"), max_length=160)
    text = models.CharField(_("词"), max_length=200)
    key = models.CharField(_("匹配键"), max_length=160)
    is_heading = models.BooleanField(_("正式主题词"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("词")
        ordering = ["concept", "-is_heading", "text"]
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "concept", "key"], name="one_word_of_a_concept")
        ]
        indexes = [
            models.Index(fields=["key"], name="thesaurus_word_key"),
            models.Index(fields=["concept"], name="thesaurus_word_concept"),
        ]

    def __str__(self) -> str:
        return self.text


class ClassCaption(models.Model):
    """What a class is called in the library's own table."""

    vocabulary = models.ForeignKey(
        Vocabulary, verbose_name=_("分类表"), on_delete=models.CASCADE, related_name="captions"
    )
    number = models.CharField(_("分类号"), max_length=60)
    key = models.CharField(_("匹配键"), max_length=60, db_index=True)
    caption = models.CharField(_("类名"), max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = _("类目")
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "key"], name="one_caption_of_a_class")]

    def __str__(self) -> str:
        return f"{self.number} {self.caption}"
