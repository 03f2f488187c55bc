"""Check-ups of the room of readers: imports, requests for erasure, and the directories that readers sign in with."""

from collections.abc import Iterator
from datetime import timedelta

from xinglin.commons import clock
from xinglin.commons.checkups import Finding, Health, checkup
from xinglin.patrons.models import BatchState, Directory, DirectoryKind, ImportBatch, Patron
from xinglin.patrons.sign_in.directories import WAYS, saml

LONGEST_IMPORT = timedelta(hours=1)
# The reader must be answered in good time (个人信息保护法 art. 50); 15 working days is common practice.
LONGEST_WAIT = timedelta(days=15)
CERTIFICATE_ENDS_SOON = timedelta(days=30)


@checkup
def imports_end() -> Iterator[Finding]:
    """No import has been running for an hour."""
    for batch in ImportBatch.objects.filter(
        state=BatchState.RUNNING, uploaded_at__lt=clock.now() - LONGEST_IMPORT
    ):
        yield Finding(
            Health.BROKEN,
            f"读者导入「{batch.file_name}」一小时没有完成。",
            "先看后台任务是否在运行（xinglin serve），再在「读者导入」里点「继续」。",
        )


@checkup
def erasures_are_answered() -> Iterator[Finding]:
    """No reader waits longer than fifteen days for the erasure they asked for."""
    waiting = Patron.objects.filter(erasure_asked_at__lt=clock.now() - LONGEST_WAIT).count()
    if waiting:
        yield Finding(
            Health.WATCH,
            f"有 {waiting} 位读者申请删除资料已超过 15 天。",
            "在「读者」列表里勾选「申请删除资料」，办完清书后点「删除个人资料」。",
        )


@checkup
def directories_can_be_asked() -> Iterator[Finding]:
    """What each directory stands on is installed, its certificates last, and its last sign-in went well."""
    for directory in Directory.objects.filter(active=True).select_related("library"):
        way = WAYS[DirectoryKind(directory.kind)]
        if not way.is_installed:
            yield Finding(
                Health.BROKEN,
                f"「{directory}」要用 {way.package}，这台服务器没有装，登录页上的按钮点了会被拒绝。",
                f"执行 .venv/bin/pip install {way.package}，再重启 xinglin serve。",
            )
        if directory.trouble:
            yield Finding(
                Health.WATCH,
                f"「{directory}」最近一次登录没有成功：{directory.trouble}",
                "在「统一身份认证」里看它的详情；多半是对方改了地址、密钥或证书。",
            )
        yield from _certificates_last(directory)


def _certificates_last(directory: Directory) -> Iterator[Finding]:
    """Say of a provider whose newest certificate ends soon; an older one beside it is ordinary."""
    if not directory.certificate:
        return
    until = max(each.not_valid_after_utc for each in saml.certificates_of(directory.certificate))
    if until < clock.now() + CERTIFICATE_ENDS_SOON:
        is_over = until < clock.now()
        yield Finding(
            Health.BROKEN if is_over else Health.WATCH,
            f"「{directory}」的证书 {until:%Y-%m-%d} 到期。",
            "向医院信息科要新的元数据或证书，在「统一身份认证」里换上。",
        )
