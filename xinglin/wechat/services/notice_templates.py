"""Which template of an account carries which kind of notices."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.notices.kinds import kind_of
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.errors import NotCapable
from xinglin.wechat.models import Account, NoticeTemplate, TemplateWay
from xinglin.wechat.templates_of_notices import TemplateUnreadable, read_mapping

CHANGE = "wechat.change_account"
NEEDS = {
    TemplateWay.TEMPLATE: Capability.TEMPLATE_MESSAGE,
    TemplateWay.SUBSCRIPTION: Capability.SUBSCRIPTION_NOTICE,
}


@transaction.atomic
def set_template(
    *,
    account: Account,
    kind: str,
    way: TemplateWay,
    template_id: str,
    mapping: str,
    is_lasting: bool = False,
    active: bool = True,
    by: Staff | None,
) -> NoticeTemplate:
    """Let an account carry a kind of notices by one of its templates; a former one is replaced.

    Raises ``NotAllowed``, ``NotCapable``, ``KindUnknown``, ``TemplateUnreadable``.
    """
    access.require(by, CHANGE, account.library_id)
    kind_of(kind)
    if not account.may(NEEDS[way]):
        raise NotCapable(
            _("%(account)s 没有%(way)s权限，提醒会走其他渠道。"), account=account.name, way=way.label
        )
    written = template_id.strip()
    if not written:
        raise TemplateUnreadable(_("请填写公众平台上这个模板的编号。"))
    kept, _new = NoticeTemplate.objects.update_or_create(
        account=account,
        kind=kind,
        way=way,
        defaults={
            "template_id": written,
            "mapping": read_mapping(kind, mapping),
            "is_lasting": is_lasting and way == TemplateWay.SUBSCRIPTION,
            "active": active,
        },
    )
    history.record(kept, "change", by=by.user if by else None, changes={"template": written})
    return kept


@transaction.atomic
def remove_template(*, chosen: NoticeTemplate, by: Staff | None) -> None:
    """Stop carrying a kind by a template; notices go the other ways. Raises ``NotAllowed``."""
    access.require(by, CHANGE, chosen.account.library_id)
    history.record(chosen, "remove", by=by.user if by else None, changes={"template": chosen.template_id})
    chosen.delete()
