"""A story as the words that are counted: of two characters or more, each once, the watch's own words whole.

Words that were found in the stories themselves (``joining``) are put together again where the dictionary has cut them.
"""

import re
from collections.abc import Collection, Iterator, Sequence

import rjieba

from xinglin.commons.text import comparable

MOST_WORDS = 400
_RUN = re.compile(r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*|[\u3400-\u9fff\U00020000-\U0003ffff]+")
_GAP = "\x00"
# The frame of every piece of news: it tells nothing of what the news is about.
_FRAME = frozenset(
    """
    今天 今日 昨日 昨天 明天 目前 当前 近日 日前 上午 下午 晚间 凌晨 截至 以来 其中 分别 有关 相关 进行 开展 表示
    指出 介绍 通报 报道 消息 记者 新闻 发布 发布会 公布 公告 透露 获悉 据悉 根据 按照 以及 或者 并且 因为 所以 由于
    为了 如果 但是 可以 可能 需要 应该 已经 仍然 没有 不是 一个 一些 这个 那个 这些 那些 他们 我们 你们 它们 自己
    什么 怎么 如何 为何 全部 所有 各地 本次 此次 该院 时间 情况 问题 工作 方面 部分 部门 人员 人士 例如 同时 此外
    另外 之后 之前 以后 以前 期间 现在 当日 当天 当地 累计 新增 报告 左右 以上 以下 为止 继续 认为 显示 出现 成为
    作为 对于 关于 通过 还有 就是 小时 分钟 年前 the and for with from that this are was were has have http https
    www com cn
    """.split()  # noqa: SIM905
)


def words_of(text: str, *, own: Sequence[str] = (), found: Collection[str] = ()) -> list[str]:
    """Return the different words of a text in their order.

    ``own`` are words that the dictionary may not know or would cut; they are found as they are written, the longest
    first, and are not cut any further. ``found`` are put together of pieces of the dictionary, never across its words.
    """
    left = comparable(text)
    words: dict[str, None] = {}
    for word in sorted(filter(None, map(comparable, own)), key=len, reverse=True):
        if word in left:
            words[word] = None
            left = left.replace(word, _GAP)
    for run in _RUN.findall(left):
        if run[0] < "\u3400":
            pieces = [run] if len(run) > 2 else []
        else:
            pieces = [piece for piece in _cut(run, found) if len(piece) > 1]
        words.update(dict.fromkeys(piece for piece in pieces if piece not in _FRAME))
    return list(words)[:MOST_WORDS]


def runs_of(text: str) -> list[str]:
    """Return the Chinese stretches of a text between marks, figures and other scripts."""
    return [run for run in _RUN.findall(comparable(text)) if run[0] >= "\u3400"]


def pieces_of(run: str) -> list[str]:
    """Return a Chinese stretch as words of the dictionary and single characters: nothing is guessed."""
    return list(rjieba.cut(run, hmm=False))


def _cut(run: str, found: Collection[str]) -> Iterator[str]:
    """Yield the words of a Chinese stretch, the longest of the found ones first from its beginning on."""
    if not any(word in run for word in found):
        yield from rjieba.cut(run)
        return
    pieces, rest, place = pieces_of(run), "", 0
    while place < len(pieces):
        ends = (end for end in range(len(pieces), place + 1, -1) if "".join(pieces[place:end]) in found)
        end = next(ends, 0)
        if end:
            yield from rjieba.cut(rest)
            yield "".join(pieces[place:end])
            rest, place = "", end
        else:
            rest, place = rest + pieces[place], place + 1
    yield from rjieba.cut(rest)


def own_words(written: str) -> tuple[str, ...]:
    """Return the words of a field, one a line."""
    return tuple(dict.fromkeys(word.strip() for word in written.splitlines() if word.strip()))
