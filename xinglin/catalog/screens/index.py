"""The state of this node's index: how far it follows the change log."""

from django.utils.translation import gettext_lazy as _

from xinglin.catalog import discovery
from xinglin.catalog.models import Record, RecordChange, RecordState
from xinglin.catalog.search.errors import IndexNotReady
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen


@screen
class IndexState(PageScreen):
    name = "catalog.index"
    title = _("检索库")
    section = Section.SYSTEM
    icon = "database-search"
    order = 40
    permission = "catalog.change_record"
    words = (_("索引"), "jiansuoku")
    template_name = "catalog/console/index.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        active = Record.objects.filter(state=RecordState.ACTIVE).count()
        try:
            engine = discovery.engine()
            position, documents = engine.position or 0, engine.document_count
        except IndexNotReady:
            return {"ready": False, "active": active}
        behind = RecordChange.objects.filter(transaction__gte=position)
        return {
            "ready": True,
            "active": active,
            "documents": documents,
            "latest": behind.order_by("-pk").values_list("at", flat=True).first(),
        }
