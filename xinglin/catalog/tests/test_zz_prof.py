import io, cProfile, pstats, pytest
from pathlib import Path
from xinglin.catalog import services, tasks
from xinglin.catalog.importing.running import import_some, preview_some
pytestmark = pytest.mark.django_db
def test_prof(a_small_consortium):
    d=Path("/work/shared/data/library/marc21/folio_5000.mrc").read_bytes()
    import time
    t=time.time(); b=services.upload(file=io.BytesIO(d),name="x",library=a_small_consortium.main,by=None); print("upload",b.records,time.time()-t)
    t=time.time(); tasks.preview_import(batch_id=b.pk); print("preview",time.time()-t)
    services.start(batch=b,by=None)
    p=cProfile.Profile(); t=time.time(); p.enable(); tasks.run_import(batch_id=b.pk); p.disable(); print("run",time.time()-t)
    pstats.Stats(p).sort_stats("cumtime").print_stats(38)
