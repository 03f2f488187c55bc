"""Which state a product may go to, and by whose hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

WRITER = "writer"
REVIEWER = "reviewer"


class ProductState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    WAITING = "waiting", _("待审核")
    RELEASED = "released", _("已审定")
    SENT = "sent", _("已推送")
    WITHDRAWN = "withdrawn", _("已收回")


PRODUCT_MOVES: dict[tuple[ProductState, str], tuple[ProductState, str]] = {
    (ProductState.DRAFT, "hand_in"): (ProductState.WAITING, WRITER),
    (ProductState.WAITING, "release_product"): (ProductState.RELEASED, REVIEWER),
    (ProductState.WAITING, "send_back"): (ProductState.DRAFT, REVIEWER),
    (ProductState.RELEASED, "send_product"): (ProductState.SENT, WRITER),
    (ProductState.RELEASED, "withdraw"): (ProductState.WITHDRAWN, REVIEWER),
    (ProductState.SENT, "withdraw"): (ProductState.WITHDRAWN, REVIEWER),
}

READABLE = (ProductState.RELEASED, ProductState.SENT)
