"""What helps to find, in the story: reading lists, who builds which class, words for the same thing, a subscription;
and what was looked for in vain.
"""

import io
from datetime import timedelta

from xinglin.catalog.asking import Asked
from xinglin.catalog.browsing.services import save_reading_list
from xinglin.catalog.missing.services import note_missed
from xinglin.catalog.models import Record, VocabularyKind
from xinglin.catalog.policy.models import Depth
from xinglin.catalog.policy.services import give_duty
from xinglin.catalog.thesaurus.services import load_vocabulary
from xinglin.catalog.watching.services import save_search
from xinglin.commons import clock
from xinglin.commons.sheets import xlsx_bytes
from xinglin.consortium.models import Library
from xinglin.demonstration import files
from xinglin.patrons.models import Patron


def help_to_find(
    records: dict[str, Record], libraries: dict[str, Library], readers: dict[str, Patron]
) -> None:
    """Make the lists, duties, words and the subscription of the story."""
    story = files.entries("discovery")
    for entry in story["reading_lists"]:
        save_reading_list(
            reading_list=None,
            title=entry["title"],
            introduction=entry["introduction"],
            library=libraries[entry["library"]],
            lines="\n".join(f"{records[key].pk} {remark}" for key, remark in entry["books"]),
            is_published=True,
            by=None,
        )
    for code, number, depth, fewest_new, note in story["duties"]:
        give_duty(
            library=libraries[code],
            number=number,
            depth=Depth(depth),
            fewest_new=fewest_new,
            note=note,
            by=None,
        )
    load_vocabulary(
        file=io.BytesIO(xlsx_bytes(headings=["主题词", "同义词"], rows=story["words"])),
        file_name="本馆同义词.xlsx",
        kind=VocabularyKind.WORDS,
        by=None,
    )
    wanted = story["subscription"]
    for reader in readers.values():
        if reader.department == wanted["card_department"]:
            save_search(patron=reader, asked=Asked.read({"q": wanted["q"]}), name=wanted["name"])
    for days_ago, code, words, times in story["missed"]:
        library = libraries[code].pk if code else None
        for _time in range(times):
            note_missed(
                Asked.read({"q": words}), library_id=library, on=clock.today() - timedelta(days=days_ago)
            )
