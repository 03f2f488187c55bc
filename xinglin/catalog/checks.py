"""Check-ups of the catalogue: this node's index, and imports that broke off."""

from collections.abc import Iterator

from xinglin.catalog import discovery
from xinglin.catalog.harvesting.lifecycle import HarvestState
from xinglin.catalog.harvesting.models import HarvestRun
from xinglin.catalog.lifecycle import BatchState
from xinglin.catalog.models import ImportBatch, Record, RecordState
from xinglin.catalog.nightly import dropping
from xinglin.catalog.search.errors import IndexNotReady
from xinglin.commons.checkups import Finding, Health, checkup

FAR_BEHIND = 1000


@checkup
def index() -> Iterator[Finding]:
    """Whether this node has an index, and how far it is behind."""
    active = Record.objects.filter(state=RecordState.ACTIVE).count()
    try:
        documents = discovery.engine().document_count
    except IndexNotReady:
        yield Finding(
            Health.WATCH, "本机的检索库还没有建好。", "运行 xinglin serve --only indexer，会自动建库。"
        )
        return
    if abs(active - documents) > FAR_BEHIND:
        yield Finding(
            Health.WATCH,
            f"检索库有 {documents} 条，目录有 {active} 条。",
            "检查索引进程是否在运行；删除索引目录后重启索引进程会重建。",
        )
    else:
        yield Finding(Health.FINE, f"检索库 {documents} 条，目录 {active} 条。")


@checkup
def imports() -> Iterator[Finding]:
    """Imports that stopped half-way."""
    broken = ImportBatch.objects.filter(state=BatchState.FAILED).count()
    if broken:
        yield Finding(Health.WATCH, f"有 {broken} 批导入中断。", "在 编目 → 导入 里查看原因，点“继续导入”。")
    else:
        yield Finding(Health.FINE, "没有中断的导入。")


@checkup
def harvests() -> Iterator[Finding]:
    """Harvests that broke off and wait for the night or for a librarian."""
    broken = HarvestRun.objects.filter(state=HarvestState.BROKEN).select_related("source").first()
    if broken is not None:
        yield Finding(
            Health.WATCH,
            f"收割“{broken.source.name}”中断：{broken.failure}",
            "在 编目 → 收割 里看原因，点“继续收割”或“到此结束”。",
        )


@checkup
def drop_folder() -> Iterator[Finding]:
    """Files of other library systems that were refused, and a drop folder that is not there."""
    root = dropping.folder()
    if root is None:
        return
    if not root.is_dir():
        yield Finding(
            Health.WATCH,
            f"夜间导入的文件夹 {root} 不存在。",
            "建好这个文件夹，每馆一个以馆代码命名的子文件夹；或去掉 XINGLIN_DROP_FOLDER。",
        )
        return
    refused = dropping.refused_lately()
    if refused:
        yield Finding(
            Health.WATCH,
            f"夜间导入拒收了 {len(refused)} 个文件，例如 {refused[-1]}。",
            "看 refused 文件夹里同名的 .reason.txt，改好放回馆的文件夹，再删掉旧的。",
        )
    else:
        yield Finding(Health.FINE, "夜间导入没有拒收的文件。")
