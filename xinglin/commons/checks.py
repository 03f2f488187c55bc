"""Check-ups of the ground: database, migrations, clock, errands, disk."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from procrastinate.contrib.django.models import ProcrastinateJob

from xinglin.commons import clock
from xinglin.commons.checkups import Finding, Health, checkup
from xinglin.commons.typesetting import FontMissing, chinese_fonts

LEAST_FREE_DISK = 2 * 1024**3
MOST_SECONDS_APART = 5.0


@checkup
def database() -> Iterator[Finding]:
    """Version, encoding, and whether every migration has run."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('server_encoding')")
        version, encoding = cursor.fetchone() or ("?", "?")
    if encoding != "UTF8":
        yield Finding(Health.BROKEN, f"数据库编码是 {encoding}。", "请新建编码为 UTF8 的数据库，再恢复备份。")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding(Health.BROKEN, f"有 {len(waiting)} 个数据库迁移没有执行。", "运行 xinglin migrate。")
    yield Finding(
        Health.FINE, f"PostgreSQL {version}，迁移齐全。" if not waiting else f"PostgreSQL {version}。"
    )


@checkup
def clocks_agree() -> Iterator[Finding]:
    """The server's clock and the database's: signatures and due dates need them together."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (theirs,) = cursor.fetchone() or (datetime.now(UTC),)
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > MOST_SECONDS_APART:
        yield Finding(
            Health.BROKEN, f"本机与数据库的时钟相差 {apart:.0f} 秒。", "请在两台机器上启用时间同步（NTP）。"
        )
    if settings.CLOCK_MAY_MOVE:
        moved = clock.now() - datetime.now(UTC)
        yield Finding(
            Health.WATCH, f"时钟可以拨动，现偏移 {moved}。", "正式环境请去掉 XINGLIN_CLOCK_MAY_MOVE。"
        )
    else:
        yield Finding(Health.FINE, "时钟一致。")


@checkup
def errands() -> Iterator[Finding]:
    """Errands that failed for good, and whether anyone works on those that wait."""
    failed = ProcrastinateJob.objects.filter(status="failed").count()
    waiting = ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=True).count()
    if failed:
        yield Finding(Health.WATCH, f"有 {failed} 件后台任务失败。", "在 系统 → 后台任务 里查看原因并重试。")
    if waiting > 1000:
        yield Finding(Health.WATCH, f"有 {waiting} 件后台任务在等待。", "检查 worker 进程是否在运行。")
    if not failed and waiting <= 1000:
        yield Finding(Health.FINE, f"后台任务正常（等待 {waiting} 件）。")


@checkup
def disk() -> Iterator[Finding]:
    """Room for the index, uploads and the embedded cluster."""
    free = shutil.disk_usage(settings.HOME).free
    if free < LEAST_FREE_DISK:
        yield Finding(
            Health.BROKEN,
            f"{settings.HOME} 只剩 {free // 1024**2} MB。",
            "清理磁盘，或把 XINGLIN_HOME 移到更大的盘。",
        )
    else:
        yield Finding(Health.FINE, f"磁盘剩余 {free // 1024**3} GB。")


@checkup
def fonts() -> Iterator[Finding]:
    """Whether a PDF would show Chinese."""
    try:
        serif, sans = chinese_fonts()
    except FontMissing as missing:
        yield Finding(Health.WATCH, "没有中文字体，不能生成 PDF。", str(missing).partition("。")[2])
    else:
        yield Finding(Health.FINE, f"PDF 使用 {serif} 和 {sans}。")
