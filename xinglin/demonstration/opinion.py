"""What is said in an influenza season: three quiet weeks, a rush for a medicine, alarms, a rumour, a brief."""

from datetime import timedelta

from xinglin.commons import clock
from xinglin.commons.typesetting import FontMissing
from xinglin.consortium.models import Library, Staff
from xinglin.demonstration import files
from xinglin.intelligence import services
from xinglin.intelligence.models import Item, Watch
from xinglin.intelligence.products import services as products
from xinglin.intelligence.products.models import Product
from xinglin.intelligence.watching import services as watching
from xinglin.intelligence.watching.models import Part, Recipient
from xinglin.intelligence.watching.services.watches import WatchFile
from xinglin.newsroom.models import Verdict
from xinglin.newsroom.rumours.services import RumourFile

QUIET_DAYS = 21
A_DAY = 4


def make_watch(libraries: dict[str, Library]) -> int:
    """Watch the season and brief the leaders; return how many stories there are."""
    told = files.entries("opinion")
    writer, reviewer = (Staff.objects.get(user__username=name) for name in ("xu.wenqing", "shen.liqun"))
    library = libraries[told["topic"].pop("library")]
    topic = services.add_topic(library=library, public=False, by=None, **told["topic"])
    recipients = [watching.write_recipient(library=library, by=None, **each) for each in told["recipients"]]
    file = WatchFile(own_words=told["own_words"], named_words=told["named_words"], least=4, daily_brief=True)
    watch = watching.add_watch(topic=topic, file=file, recipients=recipients, by=writer)
    _say_the_usual(watch, told["routine"])
    for entry in told["burst"]:
        item = watching.note_item(
            watch=watch, title=entry["title"], publisher=entry["publisher"],
            day=clock.today() - timedelta(days=entry["back"]), by=None,
        )  # fmt: skip
        if "part" in entry:
            watching.put_into_part(item=item, part=Part(entry["part"]), by=None)
    watching.find_words(watch=watch)
    watching.look_for_alarms(watch=watch)
    _refute(watch, told["claim"], reviewer)
    _brief(watch, told["brief"], recipients, writer, reviewer)
    return watch.items.count()


def _say_the_usual(watch: Watch, routine: list[list[str]]) -> None:
    for back in range(QUIET_DAYS, -1, -1):
        for place in range(A_DAY):
            title, publisher = routine[(back * A_DAY + place) % len(routine)]
            day = clock.today() - timedelta(days=back)
            watching.note_item(
                watch=watch, title=f"{title}（{day:%m月%d日}）", publisher=publisher, day=day, by=None
            )


def _refute(watch: Watch, entry: dict[str, str], writer: Staff) -> None:
    item = Item.objects.get(watch=watch, title=entry.pop("title"))
    file = RumourFile(
        claim=entry["claim"],
        truth=entry["truth"],
        sources=entry["sources"],
        verdict=Verdict(entry["verdict"]),
    )
    watching.make_claim(item=item, file=file, by=writer)


def _brief(
    watch: Watch, entry: dict[str, str], recipients: list[Recipient], writer: Staff, reviewer: Staff
) -> Product:
    """Take the brief to its leaders, one of whom has confirmed it; without a Chinese font it stays a draft."""
    today = clock.today()
    brief = watching.draft_brief(
        watch=watch, title=entry["title"], first=today - timedelta(days=6), last=today, by=writer
    )
    brief = watching.reword_brief(
        brief=brief, version=brief.version, title=brief.title, what=str(brief.content["what"]), action=entry["action"],
        by=writer,
    )  # fmt: skip
    try:
        brief = watching.hand_in_brief(brief=brief, by=writer)
    except FontMissing:
        return brief
    brief = products.release(product=brief, by=reviewer)
    first, *_others = watching.send_brief(brief=brief, recipients=recipients, by=writer)
    watching.answer_brief(token=first.token, answer="同意，请医务处督办。")
    return brief
