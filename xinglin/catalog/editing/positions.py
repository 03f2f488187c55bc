"""Fixed fields, position by position: leader, CNMARC 100 $a, MARC 21 008.

Entered from the facts of the UNIMARC Manual (record label; 100) and of MARC 21 (leader; 008 for books
and continuing resources, the positions common to all for the rest).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from xinglin.catalog.editing.lines import LEADER
from xinglin.catalog.marc import Flavour

LEADER_LENGTH = 24
GENERAL_LENGTH = 36
FIXED_LENGTH = 40
# Leader/06 and /07 decide how 008/18-34 are read (MARC 21, 008 introduction).
_TEXT_TYPES = "at"
_SERIAL_LEVELS = "bis"


@dataclass(frozen=True, slots=True)
class Position:
    """One place in a fixed field; without values, anything of its length may stand there."""

    start: int
    length: int
    name: str
    values: tuple[tuple[str, str], ...] = ()
    hint: str = ""

    @property
    def span(self) -> str:
        """The place as manuals print it: 08, 09-12."""
        return (
            f"{self.start:02}" if self.length == 1 else f"{self.start:02}-{self.start + self.length - 1:02}"
        )

    def of(self, value: str) -> str:
        """Return what stands here in the value of a field."""
        return value[self.start : self.start + self.length].ljust(self.length)


@dataclass(frozen=True, slots=True)
class Layout:
    """A fixed field: how long it is and what stands where."""

    title: str
    length: int
    positions: Sequence[Position]


def layout_of(tag: str, leader: str, flavour: Flavour) -> Layout | None:
    """Return the layout of a fixed field, or None for a field that is not fixed."""
    if tag == LEADER:
        return _CNMARC_LEADER if flavour.is_unimarc_family else _MARC21_LEADER
    if tag == "100" and flavour.is_unimarc_family:
        return _CNMARC_GENERAL
    if tag == "008" and not flavour.is_unimarc_family:
        return _fixed_data(leader)
    return None


def _fixed_data(leader: str) -> Layout:
    kind, level = leader[6:7], leader[7:8]
    if level in _SERIAL_LEVELS and level:
        return _layout("008 定长数据 · 连续性资源", FIXED_LENGTH, _008_BEGIN + _008_SERIAL + _008_END)
    if kind in _TEXT_TYPES and kind:
        return _layout("008 定长数据 · 图书", FIXED_LENGTH, _008_BEGIN + _008_BOOK + _008_END)
    other = "\n18 17 文献类型专用位置 | 按头标06位所定类型填写\n"
    return _layout("008 定长数据", FIXED_LENGTH, _008_BEGIN + other + _008_END)


def _layout(title: str, length: int, table: str) -> Layout:
    """Read a table: start, length, name, then ``code=words`` (``#`` is blank) or ``| hint``."""
    return Layout(
        title, length, tuple(_position(line) for line in table.strip().splitlines() if line.strip())
    )


def _position(line: str) -> Position:
    start, length, name, *rest = line.split()
    if rest[:1] == ["|"]:
        return Position(int(start), int(length), name, hint=" ".join(rest[1:]))
    pairs = (pair.split("=", 1) for pair in rest)
    values = tuple((code.replace("#", " "), words) for code, words in pairs)
    return Position(int(start), int(length), name, values)


_CNMARC_LEADER = _layout(
    "头标区",
    LEADER_LENGTH,
    """
5 1 记录状态 n=新记录 c=修改过的记录 d=删除的记录 o=较高层次记录 p=在版编目后的完整记录
6 1 记录类型 a=文字资料印刷品 b=文字资料手稿 c=乐谱印刷品 d=乐谱手稿 e=测绘资料印刷品 f=测绘资料手稿 \
g=放映和视频资料 i=非音乐录音 j=音乐录音 k=二维图形 l=电子资源 m=多媒体 r=三维制品
7 1 书目级别 m=专著 s=连续出版物 a=分析级 c=合集 i=集成性资源
8 1 层次等级 #=未定 0=无层次关系 1=最高层次记录 2=较低层次记录
17 1 编目等级 #=完全级 1=次级1 2=次级2 3=次级3
18 1 著录格式 #=完全ISBD格式 i=部分ISBD格式 n=非ISBD格式
""",
)
_MARC21_LEADER = _layout(
    "头标区",
    LEADER_LENGTH,
    """
5 1 记录状态 n=新记录 c=修改过的记录 d=删除的记录 a=编目等级提高 p=在版编目后的完整记录
6 1 记录类型 a=文字资料 t=文字手稿 c=乐谱 d=乐谱手稿 e=地图资料 f=地图手稿 g=放映资料 i=非音乐录音 \
j=音乐录音 k=二维图形 m=计算机文件 o=配套资料 p=混合资料 r=三维制品
7 1 书目级别 m=专著 s=连续出版物 i=集成性资源 a=专著组成部分 b=连续出版物组成部分 c=合集 d=子单元
8 1 控制类型 #=未说明 a=档案
9 1 字符编码 #=MARC-8 a=Unicode
17 1 编目等级 #=完整级 1=完整级（未核对实物） 2=次完整级 3=简略级 4=核心级 5=部分级 7=最低级 8=出版前级 \
u=不详 z=不适用
18 1 著录规则 #=非ISBD a=AACR2 c=ISBD（省略标点） i=ISBD（含标点） n=非ISBD（省略标点） u=不详
19 1 多部分记录级别 #=未说明 a=整套 b=部分（独立题名） c=部分（非独立题名）
""",
)
_CNMARC_GENERAL = _layout(
    "100 通用处理数据 ‡a",
    GENERAL_LENGTH,
    """
0 8 入档时间 | 年月日八位，如20260401
8 1 出版时间类型 d=一次或一年内出全的图书 a=现期连续出版物 b=已停刊的连续出版物 c=出版状态不明的连续出版物 \
e=复制本 f=出版年不确定 g=跨年出版的图书 h=有出版年与版权年 i=有发行年与制作年 j=有详细出版日期 \
k=有出版年与印刷年 u=出版年不详
9 4 出版年1 | 四位，如2026；图书即出版年，连续出版物即创刊年
13 4 出版年2 | 四位或空；现期连续出版物为9999
17 1 阅读对象1 #=未用 a=青少年（通用） b=学龄前 c=小学 d=少年 e=青年 k=科研人员 m=普通成人 u=不详
18 1 阅读对象2 #=未用 a=青少年（通用） b=学龄前 c=小学 d=少年 e=青年 k=科研人员 m=普通成人 u=不详
19 1 阅读对象3 #=未用 a=青少年（通用） b=学龄前 c=小学 d=少年 e=青年 k=科研人员 m=普通成人 u=不详
20 1 政府出版物 y=非政府出版物 a=中央级 b=省级 c=县级 d=地方级 e=跨地区 f=政府间组织 g=流亡政府 \
h=级别未定 u=不清楚 z=其他级
21 1 修改记录 0=未修改 1=修改过
22 3 编目语种 | 三位语种代码，中文为chi
25 1 音译代码 y=未使用音译 a=ISO音译表 b=其他音译表 c=多种音译表
26 4 字符集 | 系统按实际写出的字符集处理：Unicode为50，GB2312为0110
30 4 补充字符集 | 通常为空
34 2 题名文字 ea=汉字 ba=拉丁文 ca=西里尔文 da=日文 db=日文汉字 dc=日文假名 fa=阿拉伯文 ga=希腊文 ha=希伯来文 \
ia=泰文 ja=梵文 ka=朝鲜文 la=泰米尔文 zz=其他
""",
)
_008_BEGIN = """
0 6 入档日期 | 年月日六位，如260401
6 1 日期类型 s=单一出版年 c=现期连续性资源 d=停刊的连续性资源 u=状态不明的连续性资源 m=多年出版 t=出版年与版权年 \
r=重印年与原版年 e=详细日期 p=发行年与制作年 q=年代不确定 n=年代不详 i=合集收录年代 k=合集主体年代 b=公元前
7 4 日期1 | 四位，不明的位用u
11 4 日期2 | 四位或空；现期连续性资源为9999
15 3 出版国 | MARC国家代码，中国为cc，美国为xxu
"""
_008_BOOK = """
18 4 插图 | 最多四个代码：a插图 b地图 c肖像 d图表；没有则空
22 1 读者对象 #=未说明 a=学龄前 b=小学 c=初中前 d=青少年 e=成人 f=专业人员 g=普通 j=少儿
23 1 文献形态 #=普通 a=缩微胶卷 b=缩微平片 c=不透明缩微品 d=大字本 f=盲文 o=在线 q=直接电子 r=普通印刷复制品 s=电子
24 4 内容性质 | 最多四个代码：b书目 d字典 e百科 m学位论文 r名录；没有则空
28 1 政府出版物 #=非政府出版物 a=自治区 c=多地方 f=国家级 i=国际组织 l=地方级 m=多州 o=级别不明 s=省州级 u=不详 z=其他
29 1 会议录 0=不是会议录 1=会议录
30 1 纪念文集 0=不是 1=是
31 1 索引 0=无索引 1=有索引
32 1 未定义 #=空
33 1 文学形式 0=非小说 1=小说 d=戏剧 e=散文 f=长篇小说 h=幽默讽刺 i=书信 j=短篇小说 m=混合 p=诗歌 s=演讲 u=不详
34 1 传记 #=非传记 a=自传 b=个人传记 c=合传 d=含传记资料
"""
_008_SERIAL = """
18 1 出版频率 #=无固定频率 a=年刊 b=双月刊 c=半周刊 d=日刊 e=双周刊 f=半年刊 g=两年刊 h=三年刊 i=每周三次 j=每月三次 \
k=连续更新 m=月刊 q=季刊 s=半月刊 t=一年三次 u=不详 w=周刊 z=其他
19 1 规律性 r=有规律 n=规律的不规则 x=完全不规则 u=不详
20 1 未定义 #=空
21 1 资源类型 #=其他 p=期刊 n=报纸 m=专著丛编 d=更新数据库 l=活页 w=更新网站 g=杂志 h=博客 j=学术期刊 r=知识库 \
s=时事通讯 t=目录
22 1 原件形态 #=普通 a=缩微胶卷 b=缩微平片 c=不透明缩微品 d=大字本 e=报纸型 f=盲文 o=在线 q=直接电子 s=电子
23 1 文献形态 #=普通 a=缩微胶卷 b=缩微平片 c=不透明缩微品 d=大字本 f=盲文 o=在线 q=直接电子 r=普通印刷复制品 s=电子
24 1 整体性质 | 一个代码或空
25 3 内容性质 | 最多三个代码或空
28 1 政府出版物 #=非政府出版物 a=自治区 c=多地方 f=国家级 i=国际组织 l=地方级 m=多州 o=级别不明 s=省州级 u=不详 z=其他
29 1 会议录 0=不是会议录 1=会议录
30 3 未定义 | 空
33 1 题名文字 #=无 a=基本罗马字母 b=扩展罗马字母 c=西里尔文 d=日文 e=中文 f=阿拉伯文 g=希腊文 h=希伯来文 i=泰文 \
j=天城文 k=朝鲜文 l=泰米尔文 u=不详 z=其他
34 1 著录惯例 0=后续著录 1=最新题名著录 2=集成著录
"""
_008_END = """
35 3 语种 | 三位语种代码，中文为chi，英文为eng
38 1 记录修改 #=未修改 d=省略信息 o=完全罗马化 r=完全罗马化（卡片原文） s=缩短 x=缺字
39 1 编目来源 #=国家书目机构 c=合作编目 d=其他 u=不详
"""
