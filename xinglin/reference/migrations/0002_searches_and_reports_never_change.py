"""Let the database itself refuse to change a noted search or an issued report (GB/T 32003-2015)."""

from django.db import migrations

FORBID = """
create function reference_strategy_never_changes() returns trigger language plpgsql as $$
begin
  raise exception 'a noted search never changes (order %, search %)', old.order_id, old.id;
end $$;
create trigger strategy_never_changes before update on reference_strategy
  for each row execute function reference_strategy_never_changes();

create function reference_report_never_changes() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'replaced_at' - 'replaced_because') is distinct from
     (to_jsonb(old) - 'replaced_at' - 'replaced_because') or old.replaced_at is not null then
    raise exception 'an issued report never changes (%)', old.number;
  end if;
  return new;
end $$;
create trigger report_never_changes before update on reference_report
  for each row execute function reference_report_never_changes();
create function reference_report_stays() returns trigger language plpgsql as $$
begin
  raise exception 'an issued report is kept (%)', old.number;
end $$;
create trigger report_stays before delete on reference_report
  for each row execute function reference_report_stays();
"""
ALLOW = """
drop trigger report_stays on reference_report;
drop function reference_report_stays();
drop trigger report_never_changes on reference_report;
drop function reference_report_never_changes();
drop trigger strategy_never_changes on reference_strategy;
drop function reference_strategy_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("reference", "0001_orders")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
