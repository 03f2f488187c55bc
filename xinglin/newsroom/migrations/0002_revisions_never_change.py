"""Let the database itself refuse to change a revision: what was written is provable (N4)."""

from django.db import migrations

FORBID = """
create function newsroom_revision_never_changes() returns trigger language plpgsql as $$
begin
  raise exception 'a revision never changes (article %, number %)', old.article_id, old.number;
end $$;
create trigger revision_never_changes before update on newsroom_revision
  for each row execute function newsroom_revision_never_changes();
"""
ALLOW = """
drop trigger revision_never_changes on newsroom_revision;
drop function newsroom_revision_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0001_first_rooms")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
