"""Let the database itself refuse to change or delete a line of the review record (N4)."""

from django.db import migrations

FORBID = """
create function newsroom_review_entry_never_changes() returns trigger language plpgsql as $$
begin
  raise exception 'the review record never changes (article %, line %)', old.article_id, old.number;
end $$;
create trigger review_entry_never_changes before update or delete on newsroom_reviewentry
  for each row execute function newsroom_review_entry_never_changes();
"""
ALLOW = """
drop trigger review_entry_never_changes on newsroom_reviewentry;
drop function newsroom_review_entry_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0003_review")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
