"""Check-ups of the room of readers: imports that stand still, requests for erasure that wait."""

from collections.abc import Iterator
from datetime import timedelta

from xinglin.commons import clock
from xinglin.commons.checkups import Finding, Health, checkup
from xinglin.patrons.models import BatchState, ImportBatch, Patron

LONGEST_IMPORT = timedelta(hours=1)
# The reader must be answered in good time (个人信息保护法 art. 50); 15 working days is common practice.
LONGEST_WAIT = timedelta(days=15)


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
