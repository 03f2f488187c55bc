"""The platform's statistics (protocol sheet §8.12): yesterday's are ready after eight in the morning."""

from datetime import date
from enum import StrEnum

from xinglin.wechat.client.transport import Transport
from xinglin.wechat.jsonvalue import JsonObject, as_list, as_object


class Series(StrEnum):
    """Every series; ``SPANS`` says how many days one call may ask for."""

    USER_SUMMARY = "getusersummary"
    USER_CUMULATE = "getusercumulate"
    ARTICLE_SUMMARY = "getarticlesummary"
    ARTICLE_TOTAL = "getarticletotal"
    USER_READ = "getuserread"
    USER_READ_HOUR = "getuserreadhour"
    USER_SHARE = "getusershare"
    USER_SHARE_HOUR = "getusersharehour"
    ARTICLE_READ = "getarticleread"
    ARTICLE_SHARE = "getarticleshare"
    ARTICLE_TOTAL_DETAIL = "getarticletotaldetail"
    BIZ_SUMMARY = "getbizsummary"
    UPSTREAM_MESSAGE = "getupstreammsg"
    UPSTREAM_MESSAGE_HOUR = "getupstreammsghour"
    UPSTREAM_MESSAGE_WEEK = "getupstreammsgweek"
    UPSTREAM_MESSAGE_MONTH = "getupstreammsgmonth"
    UPSTREAM_MESSAGE_DISTRIBUTION = "getupstreammsgdist"
    UPSTREAM_MESSAGE_DISTRIBUTION_WEEK = "getupstreammsgdistweek"
    UPSTREAM_MESSAGE_DISTRIBUTION_MONTH = "getupstreammsgdistmonth"
    INTERFACE_SUMMARY = "getinterfacesummary"
    INTERFACE_SUMMARY_HOUR = "getinterfacesummaryhour"


SPANS: dict[Series, int] = {
    Series.USER_SUMMARY: 7,
    Series.USER_CUMULATE: 7,
    Series.BIZ_SUMMARY: 30,
    Series.UPSTREAM_MESSAGE: 6,
    Series.UPSTREAM_MESSAGE_WEEK: 30,
    Series.UPSTREAM_MESSAGE_MONTH: 30,
    Series.UPSTREAM_MESSAGE_DISTRIBUTION: 15,
    Series.UPSTREAM_MESSAGE_DISTRIBUTION_WEEK: 30,
    Series.UPSTREAM_MESSAGE_DISTRIBUTION_MONTH: 30,
    Series.INTERFACE_SUMMARY: 30,
}
# The platform keeps these alive but no longer mends them.
UNMAINTAINED = frozenset(
    {
        Series.ARTICLE_SUMMARY,
        Series.ARTICLE_TOTAL,
        Series.USER_READ,
        Series.USER_READ_HOUR,
        Series.USER_SHARE,
        Series.USER_SHARE_HOUR,
    }
)


def span_of(series: Series) -> int:
    """Return how many days one call may ask for; a day where the sheet names no other."""
    return SPANS.get(series, 1)


class DatacubeApi:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def fetch(self, series: Series, begin: date, end: date) -> list[JsonObject]:
        """POST /datacube/<series>: its list; 61501 when the days are more than ``span_of`` allows."""
        body: JsonObject = {"begin_date": begin.isoformat(), "end_date": end.isoformat()}
        answer = self._transport.post(f"/datacube/{series}", body)
        return [as_object(each) for each in as_list(answer.get("list"))]
