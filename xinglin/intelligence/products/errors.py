"""What is refused of products."""

from xinglin.commons.errors import Conflict, NotFound, Refusal


class ProductUnfit(Refusal):
    """A product cannot be made as it was asked for."""

    code = "product_unfit"


class ProductDeedNotPossible(Conflict):
    """The product does not stand where this can be done, or somebody changed it meanwhile."""

    code = "product_deed_not_possible"


class ReviewNeedsAnother(Refusal):
    """Who made a product may not release it."""

    code = "product_review_needs_another"


class ProductUnknown(NotFound):
    """There is no such product, or it is not for readers; or its file is lost or not the one released."""

    code = "product_unknown"
