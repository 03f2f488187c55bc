"""Building blocks of imports: choose a file, watch the work, read which rows were refused and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.commons.sheets import LARGEST_FILE, csv_response

TABLES = (".csv", ".xlsx")


class UploadForm(forms.Form):
    """One file of a kind that the import can read, not larger than it takes."""

    file = forms.FileField(label=_("文件"))

    def __init__(
        self, *args: Any, endings: Sequence[str] = TABLES, largest: int = LARGEST_FILE, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.endings, self.largest = endings, largest
        self.fields["file"].widget.attrs["accept"] = ",".join(endings)
        self.fields["file"].help_text = _("可用 %(endings)s，最大 %(size)d MB。") % {
            "endings": "、".join(endings),
            "size": largest // 1024**2,
        }

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse a file of another kind, or a larger one, in words that say what to do."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        name = file.name or ""
        if Path(name).suffix.lower() not in self.endings:
            raise forms.ValidationError(
                _("“%(name)s”不是可以导入的文件；请选择 %(endings)s 文件。"),
                params={"name": name, "endings": "、".join(self.endings)},
            )
        if (file.size or 0) > self.largest:
            raise forms.ValidationError(
                _("文件有 %(size)d MB，超过 %(most)d MB；请分成几个文件再导入。"),
                params={"size": (file.size or 0) // 1024**2, "most": self.largest // 1024**2},
            )
        return file


@dataclass(frozen=True)
class Progress:
    """How far a long work has come; ``total`` 0 while it is not known."""

    done: int
    total: int
    sentence: Words = ""
    finished: bool = False

    @property
    def percent(self) -> int:
        """How much is done, never above a hundred."""
        return min(100, self.done * 100 // self.total) if self.total else 100 if self.finished else 0


@dataclass(frozen=True)
class BadRow:
    """A row or record that was not taken: where it stood, why, and what it said."""

    number: int
    reason: Words
    text: str = ""


def bad_rows_csv(name: str, bad_rows: Iterable[BadRow]) -> StreamingHttpResponse:
    """Return the refused rows as a file, to be mended and imported again."""
    headings = [str(_("行号")), str(_("原因")), str(_("内容"))]
    return csv_response(
        name=name, headings=headings, rows=([row.number, str(row.reason), row.text] for row in bad_rows)
    )
