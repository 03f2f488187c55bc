"""Files of references taken in: what they declare is taken or refused, line by line."""

import hashlib

from django.db import transaction

from xinglin.commons import history
from xinglin.commons.text import comparable, plain
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.intelligence.harvest.storing import Reading, find_for, store
from xinglin.intelligence.models import FileImport, Topic
from xinglin.intelligence.queries import IMPORT
from xinglin.literature import files
from xinglin.literature.articles import Article

BATCH = 500


@transaction.atomic
def import_file(
    *, library: Library, data: bytes, name: str, topic: Topic | None = None, by: Staff | None
) -> FileImport:
    """Take a file of references in, onto a topic where one is named. The same file twice changes nothing.

    Raises ``UnreadableFile``, ``UnreadableTable``.
    """
    access.require(by, IMPORT, library.pk)
    if topic is not None:
        access.require(by, IMPORT, topic.library_id)
    reading = files.read(data, name=name)
    readings = [_reading(each.article) for each in reading.taken]
    new = 0
    for start in range(0, len(readings), BATCH):
        stored = store(readings[start : start + BATCH])
        new += len(stored.new)
        if topic is not None:
            find_for(topic, stored.all)
    made = FileImport.objects.create(
        library=library, topic=topic, file_name=plain(name)[-200:], digest=hashlib.sha256(data).hexdigest(),
        form=reading.label, encoding=reading.encoding, declared=reading.declared, taken=len(reading.taken),
        new_records=new, by=by.user if by else None,
        refused=[[each.line, each.reason, each.excerpt] for each in reading.refused],
    )  # fmt: skip
    history.record(
        made,
        "import_table",
        by=by.user if by else None,
        changes={"declared": made.declared, "taken": made.taken},
    )
    return made


def _reading(article: Article) -> Reading:
    """Return who a line of a file is: its PMID, its database's own number, else what it says of itself."""
    if article.pmid:
        return Reading("pubmed", article.pmid, article, from_file=True)
    if article.source and article.source_id:
        return Reading(article.source[:60], article.source_id, article, from_file=True)
    said = "|".join(
        comparable(str(each))
        for each in (
            article.title, article.other_title, article.year or "", article.journal, article.pages, article.doi,
            *(author.name for author in article.authors[:3]),
        )
    )  # fmt: skip
    return Reading("file", hashlib.sha256(said.encode()).hexdigest(), article, from_file=True)
