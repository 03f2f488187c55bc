"""Invented articles for demonstrations: plain in form, believable in content, nobody's work.

Journals, people and findings are made up from word lists by a seed; numbers begin at 90000001, where
PubMed has none. Nothing here may be cited.
"""

from __future__ import annotations

from random import Random
from xml.sax.saxutils import escape

TOPICS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Influenza, Human": (
        ("seasonal influenza", "H5N1 avian influenza", "influenza pneumonia"),
        ("oseltamivir", "baloxavir", "quadrivalent influenza vaccination", "school closure"),
    ),
    "Coronavirus Infections": (
        ("COVID-19", "long COVID", "SARS-CoV-2 reinfection"),
        ("nirmatrelvir", "booster vaccination against COVID-19", "high-flow oxygen", "home isolation"),
    ),
    "Diabetes Mellitus, Type 2": (
        ("type 2 diabetes", "diabetic foot ulcer", "diabetic kidney disease"),
        ("metformin", "SGLT2 inhibitors", "continuous glucose monitoring", "structured education"),
    ),
    "Stroke": (
        ("acute ischaemic stroke", "atrial fibrillation with stroke", "post-stroke dysphagia"),
        ("thrombectomy", "dual antiplatelet therapy", "early rehabilitation", "telestroke consultation"),
    ),
    "Drug Resistance, Bacterial": (
        ("carbapenem-resistant infection", "MRSA bacteraemia", "ventilator-associated pneumonia"),
        ("antimicrobial stewardship", "colistin", "contact precautions", "rapid susceptibility testing"),
    ),
}
_SHAPES = (
    "Effect of {a} on outcomes of {b}: a randomised controlled trial",
    "{a} for {b}: a systematic review and meta-analysis",
    "Incidence and predictors of {b} under {a}: a multicentre cohort study",
    "Cost-effectiveness of {a} for {b} in county hospitals",
    "Nurse-led follow-up after {b}: experience with {a}",
    "{a} and {b}: a case series from a teaching hospital",
    "A prediction model for {b} with {a}",
    "Guideline adherence and {a} in the management of {b}",
)
_TYPES = {
    "randomised": "Randomized Controlled Trial", "systematic": "Systematic Review", "cohort": "Multicenter Study",
    "case series": "Case Reports", "Guideline": "Practice Guideline",
}  # fmt: skip
_GROUPS = (
    "adults aged 65 and over", "children under 5", "pregnant women", "hospital staff", "rural residents",
    "intensive care", "people with chronic kidney disease", "long-term care residents",
)  # fmt: skip
_FAMILIES = (
    "Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Xu", "Sun", "Ma", "Zhu", "Hu",
    "Guo", "Lin", "He", "Smith", "Garcia", "Rossi", "Tanaka", "Novak",
)  # fmt: skip
_GIVEN = (
    "Wei", "Fang", "Min", "Jing", "Lei", "Qiang", "Yan", "Jun", "Tao", "Ying", "Chao", "Ming", "Hua", "Anna", "Marco",
    "Yuki", "Jan", "Elena", "Paul", "Sofia",
)  # fmt: skip
_JOURNALS = (
    ("Annals of Invented Medicine", "Ann Invent Med", "9000-0015"),
    ("Journal of Pretended Clinical Practice", "J Pretend Clin Pract", "9000-0023"),
    ("Archives of Imagined Epidemiology", "Arch Imag Epidemiol", "9000-0031"),
    ("Sandbox Journal of Public Health", "Sandbox J Public Health", "9000-004X"),
)
FIRST_NUMBER = 90_000_001


def article(number: int, *, seed: int, year: int) -> bytes:
    """Return one invented article, always the same for a number and a seed."""
    random = Random(f"{seed}:{number}")  # noqa: S311 (play, not secrets)
    heading, (conditions, measures) = random.choice(list(TOPICS.items()))
    first, second = random.choice(measures), random.choice(conditions)
    group = random.choice(_GROUPS)
    title = random.choice(_SHAPES).format(a=first, b=f"{second} in {group}")
    title = title[0].upper() + title[1:]
    journal, short, issn = random.choice(_JOURNALS)
    authors = "".join(_author(random) for _each in range(random.randint(2, 7)))
    cases, ratio = random.randint(80, 4200), random.uniform(0.55, 1.45)
    abstract = (
        f'<AbstractText Label="BACKGROUND">The role of {escape(first)} in {escape(second)} among {group} is uncertain.'
        f'</AbstractText><AbstractText Label="METHODS">We followed {cases} people in {random.randint(2, 19)} hospitals.'
        f'</AbstractText><AbstractText Label="RESULTS">The adjusted ratio was {ratio:.2f} (95% CI {ratio * 0.8:.2f} to'
        f' {ratio * 1.25:.2f}).</AbstractText><AbstractText Label="CONCLUSIONS">{escape(first.capitalize())} was'
        f" {'associated with' if abs(ratio - 1) > 0.15 else 'not clearly related to'} the outcome.</AbstractText>"
    )
    kind = next((name for mark, name in _TYPES.items() if mark in title), "Journal Article")
    page = random.randint(1, 900)
    return (
        f'<PubmedArticle><MedlineCitation Status="PubMed-not-MEDLINE" Owner="NLM"><PMID Version="1">{number}</PMID>'
        f'<Article PubModel="Print"><Journal><ISSN IssnType="Print">{issn}</ISSN><JournalIssue CitedMedium="Print">'
        f"<Volume>{year - 2000}</Volume><Issue>{random.randint(1, 12)}</Issue><PubDate><Year>{year}</Year></PubDate>"
        f"</JournalIssue><Title>{journal}</Title><ISOAbbreviation>{short}</ISOAbbreviation></Journal>"
        f"<ArticleTitle>{escape(title)}.</ArticleTitle>"
        f"<Pagination><MedlinePgn>{page}-{page + 8}</MedlinePgn></Pagination>"
        f"<Abstract>{abstract}</Abstract><AuthorList>{authors}</AuthorList><Language>eng</Language>"
        f"<PublicationTypeList><PublicationType>Journal Article</PublicationType>"
        f"<PublicationType>{kind}</PublicationType></PublicationTypeList></Article>"
        f"<MedlineJournalInfo><Country>China</Country><MedlineTA>{short}</MedlineTA></MedlineJournalInfo>"
        f"<MeshHeadingList><MeshHeading><DescriptorName>{heading}</DescriptorName></MeshHeading></MeshHeadingList>"
        f'</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">{number}</ArticleId>'
        f'<ArticleId IdType="doi">10.99999/invented.{number}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
    ).encode()


def _author(random: Random) -> str:
    family, given = random.choice(_FAMILIES), random.choice(_GIVEN)
    place = random.choice(("First", "Second", "Third", "People's", "Central")) + " Hospital of Nowhere"
    return (
        f'<Author ValidYN="Y"><LastName>{family}</LastName><ForeName>{given}</ForeName><Initials>{given[0]}</Initials>'
        f"<AffiliationInfo><Affiliation>{place}</Affiliation></AffiliationInfo></Author>"
    )
