"""Run BibDedupe on one set of records, in its own environment: ids that belong together as JSON lines."""

import json
import sys
from pathlib import Path

import pandas as pd
from bib_dedupe.bib_dedupe import block, cluster, match, prep

records = pd.DataFrame(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
processors = int(sys.argv[2]) if len(sys.argv) > 2 else -1
ready = prep(records, cpu=processors)
matched = match(block(ready, cpu=processors), cpu=processors)
json.dump(cluster(matched), sys.stdout)
