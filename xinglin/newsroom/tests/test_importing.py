"""What is pasted or uploaded becomes blocks; what was lost is told; who writes and templates."""

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.consortium.tests.factories import a_staff
from xinglin.newsroom.blocks import Heading, Items, Quote, Text, as_plain
from xinglin.newsroom.errors import FileUnfit
from xinglin.newsroom.importing import taken_from_docx, taken_from_html
from xinglin.newsroom.models import Article, ArticleTemplate
from xinglin.newsroom.services import locks
from xinglin.newsroom.services.templates import keep_as_template
from xinglin.newsroom.tests.factories import a_draft
from xinglin.newsroom.tests.test_console import NEW, typed

# As Word and a layout tool put it on the clipboard: classes, conditional comments, sections with styles.
WORD = """<html><head><style>p.MsoNormal{font-size:10.5pt}</style></head>
<body><!--[if gte mso 9]><xml></xml><![endif]-->
<h1>怎样量血压</h1><p class=MsoNormal style='margin:0'><b>先静坐</b>五分钟<o:p></o:p></p>
<ul><li>早上</li><li>晚上</li></ul>
<table><tr><td>高压</td><td>135</td></tr></table><img src="file:///C:/a.png"></body></html>"""
LAYOUT = """<section style="position:relative;background:url(x)">
<section><section style="color:red">
<strong>标题样式</strong></section>
</section><section>
<p><span style="letter-spacing:2px">正文一段</span></p><blockquote>引一句</blockquote>
<svg><text>花</text></svg>
<iframe src="https://x.example"></iframe><script>alert(1)</script></section></section>"""


def test_word_and_layout_tools_are_taken_apart_and_what_was_lost_is_told() -> None:
    word = taken_from_html(WORD)
    assert [type(block) for block in word.blocks] == [Heading, Text, Items, Text]
    assert "<b>先静坐</b>五分钟" in word.blocks[1].html  # type: ignore[attr-defined]
    assert "高压　135" in as_plain(word.blocks)
    told = "".join(word.told)
    assert "图片" in told and "表格" in told and "样式" in told
    layout = taken_from_html(LAYOUT)
    assert [type(block) for block in layout.blocks] == [Text, Quote]
    assert "alert" not in as_plain(layout.blocks) and "嵌入的网页" in "".join(layout.told)


@given(st.text(max_size=300))
def test_whatever_is_pasted_nothing_breaks_and_nothing_runs(pasted: str) -> None:
    for block in taken_from_html(f"<div>{pasted}<script>x</script>").blocks:
        assert "<script" not in getattr(block, "html", "")


def test_a_word_document_is_read_and_another_file_refused() -> None:
    document = docx.Document()
    document.add_heading("秋冬防流感", 1)
    document.add_paragraph("打疫苗。")
    kept = io.BytesIO()
    document.save(kept)
    taken = taken_from_docx(kept.getvalue())
    assert as_plain(taken.blocks) == "秋冬防流感\n\n打疫苗。"
    for junk in (b"", b"PK\x03\x04junk", b"%PDF-1.4"):
        with pytest.raises(FileUnfit):
            taken_from_docx(junk)


@pytest.mark.django_db
def test_the_editor_takes_what_was_pasted_and_begins_from_a_template(
    a_small_consortium: SmallConsortium,
) -> None:
    client = signed_in(a_small_consortium.librarian_a)
    page = client.post(NEW, typed(a_small_consortium, do="paste", pasted=WORD)).content.decode()
    assert "怎样量血压" in page and "没有保留" in page
    upload = SimpleUploadedFile("x.docx", b"junk")
    refused = client.post(NEW, typed(a_small_consortium, do="paste") | {"document": upload})
    assert "DOCX" in refused.content.decode() and not Article.objects.exists()
    template = ArticleTemplate.objects.get(name="讲座预告")
    assert "时间和地点" in client.get(f"{NEW}?template={template.pk}").content.decode()
    draft = a_draft(a_small_consortium.a, text="模板里的话")
    kept = keep_as_template(article=draft, name="本馆的", by=a_small_consortium.librarian_a)
    assert "模板里的话" in client.get(f"{NEW}?template={kept.pk}").content.decode()
    assert "本馆的" not in signed_in(a_small_consortium.outsider).get(NEW).content.decode()


@pytest.mark.django_db
def test_the_second_who_opens_an_article_is_told_who_writes(a_small_consortium: SmallConsortium) -> None:
    article = a_draft(a_small_consortium.a)
    second = a_staff("branch_librarian", library=a_small_consortium.a, name="乙馆员")
    address = f"/console/newsroom/article/edit/{article.pk}/"
    assert "正在修改" not in signed_in(a_small_consortium.librarian_a).get(address).content.decode()
    assert "甲馆员 正在修改" in signed_in(second).get(address).content.decode()
    locks.release(article=article, by=a_small_consortium.librarian_a)
    assert locks.take(article=article, by=second) is None
