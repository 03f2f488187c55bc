"""The audience of the story: some hundred more followers, what they say of themselves, and one push to them.

They follow in the sandbox, as a fleet, and come to us by the synchronisation, as in life: whoever is in our tables
is in the platform's list too.
"""

import time
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx

from xinglin.audience.models import Channel, ConsentKind, Did, Segment, Source, Survey, Tag
from xinglin.audience.rules.tree import All, HasTag
from xinglin.audience.services import campaigns, segments, sending, surveys, tags, tracking
from xinglin.audience.services.campaigns import CampaignFile
from xinglin.audience.services.segments import SegmentFile
from xinglin.demonstration import files
from xinglin.newsroom import queries as newsroom
from xinglin.newsroom import services as newsroom_services
from xinglin.newsroom.blocks import read_content
from xinglin.newsroom.models import Article
from xinglin.wechat.models import Account, Follower, SceneKind
from xinglin.wechat.services import scenes, syncing

COME_WITHIN = 60.0


def gather(client: httpx.Client, account: Account) -> int:
    """Let the audience follow, tag itself, and receive a first push; return how many they are."""
    story = files.entries("audience")
    _follow(client, account, story["followers"])
    people = list(Follower.objects.filter(account=account, is_following=True, remark="").order_by("openid"))
    for dimension, shares in story["shares"].items():
        _wear(people, dimension, shares)
    made = [
        segments.save(
            account=account,
            file=SegmentFile(
                entry["name"], All(tuple(HasTag(_tag(*each).pk) for each in entry["tags"])), entry["note"]
            ),
            by=None,
        )
        for entry in story["segments"]
    ]
    everybody = segments.save(account=account, file=SegmentFile("全体关注者", All()), by=None)
    for segment in (*made, everybody):
        segments.note_size(segment=segment)
    article = newsroom.published(library=account.library).first()
    if article is not None:
        plan = CampaignFile(
            story["campaign"]["name"],
            everybody,
            article,
            Channel.IN_APP,
            title_b=story["campaign"]["title_b"],
        )
        _push(plan, people)
        campaigns.plan(file=CampaignFile("护士节科普", made[0], article, Channel.MASS), by=None)
        _survey(story["survey"], everybody, article, people)
    for entry in story["codes"]:
        file = scenes.SceneFile(SceneKind(entry["kind"]), entry["hint"], entry["path"])
        scenes.add(account=account, names=entry["names"], file=file, by=None)
    return len(people)


def _follow(client: httpx.Client, account: Account, size: int) -> None:
    plan = {"appid": account.appid, "size": size, "rate": 1.0, "seconds": 0.5, "deeds": {"text": 1.0}}
    number = client.post("/fleets", json={**plan, "texts": ["开放时间"]}).raise_for_status().json()["number"]
    end = time.monotonic() + COME_WITHIN
    while not client.get(f"/fleets/{number}").raise_for_status().json()["finished"]:
        if time.monotonic() > end:
            raise TimeoutError("the audience of the story did not come")
        time.sleep(0.1)
    sync = syncing.start(account=account, is_full=True, by=None)
    syncing.run(sync_id=sync.pk)


def _tag(dimension: str, name: str) -> Tag:
    return Tag.objects.select_related("dimension").get(dimension__code=dimension, name=name)


def _wear(people: list[Follower], dimension: str, shares: dict[str, int]) -> None:
    """Deal the tags of a dimension out in their shares; of a sensitive one every eighth says so, and consents."""
    deal = _dealt(dimension, shares)
    for number, follower in enumerate(people):
        tag = next(deal)
        if tag.dimension.is_sensitive:
            if number % 8:
                continue
            tags.give_consent(
                follower=follower, kind=ConsentKind.HEALTH, text_version="2026-11", through="h5"
            )
        tags.put(follower=follower, tag=tag, source=Source.DECLARED, evidence="读者自选")


def _dealt(dimension: str, shares: dict[str, int]) -> Iterator[Tag]:
    """Yield tags for ever in their shares, the same at every telling."""
    draw = Random(dimension)  # noqa: S311 -- a story, no secret
    known = [_tag(dimension, name) for name in shares]
    while True:
        yield draw.choices(known, list(shares.values()))[0]


def _push(plan: CampaignFile, people: list[Follower]) -> None:
    """Send a first push, and let its readers do with it what readers do: the second title is opened more."""
    campaign = campaigns.plan(file=plan, by=None)
    campaigns.schedule(campaign=campaign, at=None, by=None)
    campaigns.start(campaign_id=campaign.pk)
    sending.send(campaign_id=campaign.pk)
    variants = dict(campaign.deliveries.values_list("follower_id", "variant"))
    for number, follower in enumerate(people):
        if number % (2 if variants.get(follower.pk) else 4) == 0:
            tracking.note(campaign=campaign, follower=follower, kind=Did.OPENED)
            if number % 8 == 0:
                tracking.note(campaign=campaign, follower=follower, kind=Did.FINISHED)
            if number % 24 == 0:
                tracking.note(campaign=campaign, follower=follower, kind=Did.SHARED)


def _survey(story: dict[str, Any], everybody: Segment, article: Article, people: list[Follower]) -> None:
    """Ask before and after a second push what its readers know; about half of them learn something from it."""
    draft = newsroom_services.write(
        library=article.library,
        content=read_content(
            {"title": story["title"], "blocks": [{"kind": "quiz", **each} for each in story["questions"]]}
        ),
        arrangement=newsroom_services.Arrangement(article.column),
        by=None,
    )
    questionnaire = newsroom_services.publish(article=draft, version=draft.version, by=None)
    campaign = campaigns.plan(
        file=CampaignFile(story["campaign"], everybody, article, Channel.IN_APP), by=None
    )
    survey = surveys.draw_up(campaign=campaign, article=questionnaire, by=None)
    # The questions stand in the survey now; in the columns they would tell what is right.
    newsroom_services.withdraw(
        article=questionnaire, version=questionnaire.version, reason="用作问卷", by=None
    )
    surveys.open_baseline(survey=survey, by=None)
    _answer(survey, people[: story["people"]], story, story["knew"])
    campaigns.schedule(campaign=campaign, at=None, by=None)
    campaigns.start(campaign_id=campaign.pk)
    sending.send(campaign_id=campaign.pk)
    surveys.open_follow_up(survey=survey, by=None)
    _answer(survey, people[: story["people"]], story, story["know"])


def _answer(survey: Survey, people: list[Follower], story: dict[str, Any], share: float) -> None:
    """Let people answer: a share of them all rightly, the others with the first question wrong."""
    right = {each["key"]: "ABC".index(each["answer"]) for each in story["questions"]}
    first = story["questions"][0]["key"]
    for number, follower in enumerate(people):
        knows = (number * 37 % 100) / 100 < share
        chosen = right if knows else {**right, first: (right[first] + 1) % 3}
        surveys.answer(survey=survey, follower=follower, chosen=chosen, via="page")
