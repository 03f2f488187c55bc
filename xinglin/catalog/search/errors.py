"""What the discovery index refuses."""

from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Conflict, Refusal


class IndexNotReady(Refusal):
    """This node has no index of the present schema yet; the indexer is still building it."""

    code = "search_index_not_ready"
    status = 503

    def __init__(self) -> None:
        super().__init__(_("本机的检索库还没有建好，请几分钟后再试；若一直如此，请管理员查看索引进程。"))


class IndexBusy(Conflict):
    """Another process writes this index: there is one writer for a directory."""

    code = "search_index_busy"

    def __init__(self, *, directory: str) -> None:
        super().__init__(
            _("检索库 %(directory)s 正由另一个索引进程写入；每台机器只运行一个索引进程。"),
            directory=directory,
        )


class QueryTooDeep(Refusal):
    """The groups of a query are nested deeper than any person would."""

    code = "search_query_too_deep"

    def __init__(self, *, depth: int, limit: int) -> None:
        super().__init__(
            _("检索式套了 %(depth)d 层括号，最多 %(limit)d 层；请把它拆成几次检索。"),
            depth=depth,
            limit=limit,
        )
