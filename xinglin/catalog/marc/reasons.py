"""Why a record was refused or what was repaired in it, in whole Chinese sentences.

The codes are stable: programs and the manual name them. The sentences are lazy, so reading a file
needs no configured settings; showing a reason does.
"""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REASONS: Final["dict[str, _StrPromise]"] = {
    # The file
    "not_marc_file": _("文件既不是 ISO 2709、MARCXML，也不是可识别的字段文本；请确认导出格式后重新上传。"),
    "trailing_bytes": _("文件末尾有 %(size)d 个字节不属于任何记录，已原样保留；请检查文件是否完整。"),
    "leading_bytes": _("记录之前有 %(size)d 个字节不属于任何记录，已跳过。"),
    "not_a_record": _("此处 %(size)d 个字节没有可识别的头标区，不是一条记录；请检查文件是否损坏。"),
    "truncated": _(
        "文件在这条记录中间断开：头标区写明 %(declared)s 字节，实际只有 %(size)d 字节；请重新导出。"
    ),
    "beyond_cap": _("记录长 %(size)d 字节，超过上限 %(cap)d 字节，未读入；请拆分后重新导出。"),
    # ISO 2709 structure
    "too_short": _("记录只有 %(size)d 字节，放不下头标区和目次区。"),
    "directory_missing": _("找不到目次区的结束符，无法确定字段位置。"),
    "directory_odd": _("目次区长 %(size)d 字节，不是 12 的倍数，无法确定字段位置。"),
    "directory_mismatch": _(
        "目次区列出 %(listed)d 个字段，数据区有 %(found)d 个，二者对不上且无法无歧义地修复；请在原系统中重新导出。"
    ),
    "no_fields": _("记录没有任何字段。"),
    "length_wrong": _("头标区写明记录长 %(declared)s 字节，实际 %(size)d 字节；已按实际长度读入。"),
    "longer_than_iso2709": _("记录长 %(size)d 字节，超过 ISO 2709 能写下的 99999；已按结束符读入。"),
    "terminator_missing": _("记录缺少结束符，已按头标区的长度切分。"),
    "base_address_wrong": _("头标区的数据基地址 %(declared)s 不对，已按目次区的实际结尾 %(found)d 读入。"),
    "directory_repaired": _("目次区的长度或位置不对，字段数目一致，已按字段结束符读入。"),
    "field_terminator_inside": _("有字段的内容里夹有字段结束符，已按目次区读入。"),
    "bytes_outside_fields": _(
        "数据区有 %(size)d 个字节不属于任何字段，读入的记录中没有它们（原始字节已保留）。"
    ),
    # Characters
    "charset_unknown": _(
        "字符编码无法确定：按 UTF-8、GB18030、%(western)s 都读不通（第 %(position)d 字节起）；请按 UTF-8 重新导出。"
    ),
    "charset_declared_wrong": _("头标区声明为 UTF-8，实际是 %(found)s；已按实际编码读入。"),
    "converted_before": _("记录曾被误当作 Latin-1 转换成 UTF-8；目次区的长度仍是转换前的，已据此还原。"),
    # XML
    "xml_doctype": _("XML 文件带有 DOCTYPE 或实体声明，出于安全不予读取；请去掉后重新上传。"),
    "xml_not_well_formed": _("这条记录的 XML 不合语法（第 %(line)d 行：%(detail)s）；请重新导出。"),
    "xml_truncated": _("文件在这条记录的 XML 中间断开；请重新导出。"),
    "xml_bytes_unreadable": _("这条记录含有不合 %(encoding)s 编码的字节；请重新导出。"),
    "xml_encoding_unknown": _("XML 文件声明的编码 %(encoding)s 无法识别；请改用 UTF-8。"),
    "xml_not_marc": _("这个 record 元素里没有 MARC 字段，不是 MARCXML 记录。"),
    "xml_too_deep": _("这条记录的 XML 嵌套过深（超过 %(cap)d 层），未读入。"),
    "xml_tag_missing": _(
        "第 %(position)d 个字段没有合法的字段号（tag），无法判断它是什么；请补上后重新上传。"
    ),
    "xml_code_missing": _("%(tag)s 字段有子字段没有一个字符的代码（code）；请补上后重新上传。"),
    "xml_leader_missing": _("记录没有头标区，已补空白头标。"),
    "leader_length": _("头标区有 %(size)d 个字符，应为 24 个；已补齐或截断。"),
    "xml_indicator_missing": _("%(tag)s 字段缺少指示符，已按空格读入。"),
    "fixed_field_length": _("%(tag)s 字段有 %(size)d 个字符，标准为 %(expected)d 个。"),
    # Pasted text
    "text_no_fields": _("这段文字里没有可识别的 MARC 字段行。"),
    "text_line_skipped": _("第 %(line)d 行不是字段，未读入：%(text)s"),
}
