"""Jobs of the channel."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from xinglin.commons import clock
from xinglin.wechat.client.errors import PlatformUnreachable
from xinglin.wechat.models import Account, Material, Menu, PersonalLink
from xinglin.wechat.services import accounts, materials, menus, moving, outgoing, scenes, syncing


@app.task(name=outgoing.DELIVER, queue="wechat", retry=RetryStrategy(max_attempts=6, exponential_wait=3))
def deliver(message_id: int) -> None:
    """Send one queued customer-service message."""
    outgoing.deliver(message_id=message_id)


@app.task(name=accounts.PROBE, queue="wechat")
def probe(account_id: int) -> None:
    """Find out what one account may do."""
    accounts.probe_account(account=Account.objects.get(pk=account_id))


@app.task(
    name=menus.PUBLISH,
    queue="wechat",
    retry=RetryStrategy(max_attempts=12, wait=10, retry_exceptions=[PlatformUnreachable]),
)
def publish_menu(menu_id: int) -> None:
    """Publish one menu."""
    menus.publish(menu=Menu.objects.select_related("account").get(pk=menu_id), by=None)


@app.periodic(cron="20 19 * * *")  # 03:20 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.wechat.probe_all", queue="wechat", queueing_lock="wechat-probe-all")
def probe_all(timestamp: int) -> None:
    """Look every night at what the accounts may do: certificates expire, and the platform changes its mind."""
    for account in Account.objects.filter(active=True).exclude(sealed_secret=""):
        accounts.probe_soon(account=account)


@app.task(
    name=materials.UPLOAD,
    queue="wechat",
    retry=RetryStrategy(max_attempts=6, exponential_wait=3, retry_exceptions=[PlatformUnreachable]),
)
def upload_material(material_id: int) -> None:
    """Upload one material; one that was deleted meanwhile is left alone."""
    material = Material.objects.select_related("account").filter(pk=material_id).first()
    if material is not None:
        materials.upload(material=material)


@app.task(name="xinglin.wechat.delete_material", queue="wechat", retry=RetryStrategy(max_attempts=4, wait=30))
def delete_material(account_id: int, media_id: str) -> None:
    """Delete one permanent material at the platform."""
    materials.delete_at_the_platform(account=Account.objects.get(pk=account_id), media_id=media_id)


@app.periodic(cron="15 * * * *")
@app.task(name="xinglin.wechat.renew_materials", queue="wechat", queueing_lock="wechat-renew-materials")
def renew_materials(timestamp: int) -> int:
    """Upload anew, every hour, the temporary materials that end soon."""
    return materials.renew_expiring()


@app.periodic(cron="50 19 * * *")  # 03:50 in Shanghai: the runner counts in UTC
@app.task(name="xinglin.wechat.sweep_links", queue="wechat", queueing_lock="wechat-sweep-links")
def sweep_links(timestamp: int) -> int:
    """Delete personal links that are over their time."""
    removed, _rows = PersonalLink.objects.filter(expires_at__lt=clock.now()).delete()
    return removed


@app.task(
    name=syncing.SYNC,
    queue="wechat",
    retry=RetryStrategy(max_attempts=12, wait=60, retry_exceptions=[PlatformUnreachable]),
)
def sync_followers(sync_id: int) -> None:
    """Go on with one synchronisation of followers."""
    syncing.run(sync_id=sync_id)


@app.task(
    name=moving.MOVE,
    queue="wechat",
    retry=RetryStrategy(max_attempts=12, wait=60, retry_exceptions=[PlatformUnreachable]),
)
def move_openids(move_id: int) -> None:
    """Go on with one move of openids."""
    moving.run(move_id=move_id)


@app.periodic(cron="10 18 * * *")  # 02:10 in Shanghai: the platform's quotas began anew at midnight
@app.task(name="xinglin.wechat.sync_nightly", queue="wechat", queueing_lock="wechat-sync-nightly")
def sync_nightly(timestamp: int) -> None:
    """Go on with what waited for today's quota, and begin the night's synchronisations."""
    syncing.resume_waiting()
    moving.resume_waiting()
    syncing.start_nightly()


@app.task(
    name=scenes.MAKE,
    queue="wechat",
    retry=RetryStrategy(max_attempts=6, exponential_wait=3, retry_exceptions=[PlatformUnreachable]),
)
def make_scene_code(code_id: int) -> None:
    """Have the platform make one scene code."""
    scenes.make(code_id=code_id)
