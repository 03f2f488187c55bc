"""Where the sources are and how often they may be asked, from the settings.

Rates: NCBI allows 3 requests a second, 10 with a key of one's own (NLM KA-05510); we stay below. Europe PMC
and Crossref ask for moderation and an address to write to; OpenAlex allows 10 a second.
"""

from django.conf import settings

from xinglin.literature.sources.web import Host


def pubmed() -> Host:
    return Host("pubmed", settings.PUBMED_URL, 8.0 if settings.NCBI_KEY else 2.5)


def europe_pmc() -> Host:
    return Host("europepmc", settings.EUROPE_PMC_URL, 2.5)


def crossref() -> Host:
    return Host("crossref", settings.CROSSREF_URL, 2.5)


def openalex() -> Host:
    return Host("openalex", settings.OPENALEX_URL, 2.5)
