"""OAI-PMH 2.0 at one address: six verbs, GET and POST, errors exactly as the protocol has them.

Deleted and merged records stay as headers for good (deletedRecord: persistent). A record that changes
while a list is being harvested gets a later datestamp: it leaves this list and is in the next one.
Source: Open Archives Initiative Protocol for Metadata Harvesting 2.0, sections 3.6 (errors) and 4.
"""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from lxml import etree

from xinglin.catalog.served import oai_formats, oai_lists
from xinglin.catalog.served.namespaces import spaces
from xinglin.catalog.served.oai_errors import OaiError
from xinglin.catalog.served.oai_formats import FORMATS
from xinglin.catalog.served.oai_lists import Selection
from xinglin.catalog.served.oai_tokens import Token
from xinglin.catalog.served.oai_xml import OAI, Answer, stamp
from xinglin.commons import clock

IDENTIFIERS = "http://www.openarchives.org/OAI/2.0/oai-identifier"
# What each verb must have, and what it may have beside it.
_ARGUMENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
}
_LISTS = ("ListIdentifiers", "ListRecords")


@csrf_exempt
def oai(request: HttpRequest) -> HttpResponse:
    """Answer one OAI-PMH request. An error of the protocol is an answer like any other (status 200)."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    given = request.POST if request.method == "POST" else request.GET
    answer = Answer(base_url(), clock.now())
    try:
        verb, arguments = _understood(given)
        # Only a request that was understood is repeated in the answer (3.2, badVerb and badArgument).
        answer.repeat_request({"verb": verb, **arguments})
        _VERBS[verb](answer, verb, arguments)
    except OaiError as error:
        answer.refuse(error)
    return HttpResponse(answer.as_bytes(), content_type="text/xml; charset=utf-8")


def base_url() -> str:
    """Return the address of the repository."""
    return f"{settings.PUBLIC_URL}/oai"


def _understood(given: QueryDict) -> tuple[str, dict[str, str]]:
    """Return verb and arguments. Raises ``OaiError`` with badVerb or badArgument."""
    verbs = given.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in _ARGUMENTS:
        raise OaiError("badVerb", "the verb is missing, repeated, or none of the six")
    verb = verbs[0]
    repeated = sorted(name for name in given if len(given.getlist(name)) > 1)
    if repeated:
        raise OaiError("badArgument", f"given more than once: {', '.join(repeated)}")
    arguments = {
        name: value for name, value in given.dict().items() if name != "verb" and isinstance(value, str)
    }
    needed, optional = _ARGUMENTS[verb]
    if "resumptionToken" in arguments and verb in _LISTS:
        needed, optional = frozenset({"resumptionToken"}), frozenset()
    unknown = sorted(arguments.keys() - needed - optional)
    if unknown:
        raise OaiError("badArgument", f"not an argument of {verb} here: {', '.join(unknown)}")
    # An empty token is a token, and a bad one.
    missing = sorted(name for name in needed - {"resumptionToken"} if not arguments.get(name))
    if missing:
        raise OaiError("badArgument", f"{verb} needs: {', '.join(missing)}")
    return verb, arguments


def _identify(answer: Answer, verb: str, arguments: Mapping[str, str]) -> None:
    part = answer.part(verb)
    for name, value in (
        ("repositoryName", _("杏林联合目录")),
        ("baseURL", base_url()),
        ("protocolVersion", "2.0"),
        ("adminEmail", oai_lists.administrator_email(settings.PUBLIC_URL)),
        ("earliestDatestamp", stamp(oai_lists.earliest())),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):
        answer.add(part, name, value)
    described = etree.SubElement(
        answer.add(part, "description"), f"{{{IDENTIFIERS}}}oai-identifier", nsmap=spaces(IDENTIFIERS)
    )
    answer.locate(described, IDENTIFIERS, f"{IDENTIFIERS}.xsd")
    for name, value in (
        ("scheme", "oai"),
        ("repositoryIdentifier", oai_formats.repository()),
        ("delimiter", ":"),
        ("sampleIdentifier", oai_formats.identifier_of(1)),
    ):
        etree.SubElement(described, f"{{{IDENTIFIERS}}}{name}").text = value


def _list_formats(answer: Answer, verb: str, arguments: Mapping[str, str]) -> None:
    formats = list(FORMATS.values())
    if "identifier" in arguments:
        record = oai_lists.record_named(arguments["identifier"])
        formats = [each for each in formats if each.fits(record)]
    part = answer.part(verb)
    for each in formats:
        told = answer.add(part, "metadataFormat")
        answer.add(told, "metadataPrefix", each.prefix)
        answer.add(told, "schema", each.schema)
        answer.add(told, "metadataNamespace", each.namespace)


def _list_sets(answer: Answer, verb: str, arguments: Mapping[str, str]) -> None:
    if "resumptionToken" in arguments:
        raise OaiError("badResumptionToken", "the list of sets comes whole")
    part = answer.part(verb)
    for spec, name in oai_lists.sets():
        told = answer.add(part, "set")
        answer.add(told, "setSpec", spec)
        answer.add(told, "setName", name)


def _get_record(answer: Answer, verb: str, arguments: Mapping[str, str]) -> None:
    form = oai_formats.format_named(arguments["metadataPrefix"])
    record = oai_lists.record_named(arguments["identifier"])
    if not form.fits(record):
        raise OaiError("cannotDisseminateFormat", f"this record is not kept as {form.prefix}")
    answer.add_record(answer.part(verb), oai_lists.entry_of(record), form)


def _list(answer: Answer, verb: str, arguments: Mapping[str, str]) -> None:
    if "resumptionToken" in arguments:
        token = Token.read(arguments["resumptionToken"], verb=verb)
    else:
        token = Token.beginning(verb, Selection.asked(arguments, now=answer.at))
    page = oai_lists.page_after(token)
    form = oai_formats.format_named(token.selection.prefix)
    part = answer.part(verb)
    for entry in page.entries:
        if verb == "ListRecords":
            answer.add_record(part, entry, form)
        else:
            answer.add_header(part, entry)
    answer.add_token(part, page, token)


_VERBS: dict[str, Callable[[Answer, str, Mapping[str, str]], None]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list,
    "ListRecords": _list,
}

__all__ = ["OAI", "base_url", "oai"]
