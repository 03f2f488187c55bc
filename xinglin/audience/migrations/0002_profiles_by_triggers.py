"""The mirror that counts: kept by the database itself, whoever writes and however many rows at once.

Only differences are applied (add these tags, take those off), so two transactions that change different tags of
one follower never undo each other. What follows already when the room is opened is filled in.
"""

from django.db import migrations

FOLLOWS = "{0}.is_following and {0}.erased_at is null"

FORWARD = f"""
create function audience_follower_added() returns trigger language plpgsql as $$
begin
  insert into audience_profile (follower_id, account_id, tags)
  select n.id, n.account_id, array(select t.tag_id from audience_followertag t where t.follower_id = n.id order by 1)
  from added n where {FOLLOWS.format("n")}
  on conflict (follower_id) do nothing;
  return null;
end $$;

create function audience_follower_changed() returns trigger language plpgsql as $$
begin
  insert into audience_profile (follower_id, account_id, tags)
  select n.id, n.account_id, array(select t.tag_id from audience_followertag t where t.follower_id = n.id order by 1)
  from after_rows n join before_rows o on o.id = n.id
  where {FOLLOWS.format("n")} and not ({FOLLOWS.format("o")})
  on conflict (follower_id) do nothing;
  delete from audience_profile p using after_rows n join before_rows o on o.id = n.id
  where p.follower_id = n.id and {FOLLOWS.format("o")} and not ({FOLLOWS.format("n")});
  return null;
end $$;

create function audience_follower_removed() returns trigger language plpgsql as $$
begin
  delete from audience_profile p using removed o where p.follower_id = o.id;
  delete from audience_followertag t using removed o where t.follower_id = o.id;
  return null;
end $$;

create function audience_tags_put() returns trigger language plpgsql as $$
begin
  update audience_profile p
  set tags = array(select distinct each from unnest(p.tags || a.tags) as each order by 1)
  from (select follower_id, array_agg(tag_id::int) as tags from added group by follower_id) a
  where p.follower_id = a.follower_id and not p.tags @> a.tags;
  return null;
end $$;

create function audience_tags_taken() returns trigger language plpgsql as $$
begin
  update audience_profile p
  set tags = array(select each from unnest(p.tags) as each where not each = any(r.tags) order by 1)
  from (select follower_id, array_agg(tag_id::int) as tags from removed group by follower_id) r
  where p.follower_id = r.follower_id and p.tags && r.tags;
  return null;
end $$;

create trigger audience_follower_added after insert on wechat_follower
  referencing new table as added for each statement execute function audience_follower_added();
create trigger audience_follower_changed after update on wechat_follower
  referencing old table as before_rows new table as after_rows
  for each statement execute function audience_follower_changed();
create trigger audience_follower_removed after delete on wechat_follower
  referencing old table as removed for each statement execute function audience_follower_removed();
create trigger audience_tags_put after insert on audience_followertag
  referencing new table as added for each statement execute function audience_tags_put();
create trigger audience_tags_taken after delete on audience_followertag
  referencing old table as removed for each statement execute function audience_tags_taken();

insert into audience_profile (follower_id, account_id, tags)
select f.id, f.account_id, '{{}}' from wechat_follower f where {FOLLOWS.format("f")};
insert into audience_knownreader (follower_id, patron_id)
select distinct follower_id, patron_id from wechat_binding;
"""  # noqa: S608 -- put together from constants

BACK = """
drop trigger audience_follower_added on wechat_follower;
drop trigger audience_follower_changed on wechat_follower;
drop trigger audience_follower_removed on wechat_follower;
drop trigger audience_tags_put on audience_followertag;
drop trigger audience_tags_taken on audience_followertag;
drop function audience_follower_added(), audience_follower_changed(), audience_follower_removed(),
  audience_tags_put(), audience_tags_taken();
delete from audience_profile;
delete from audience_knownreader;
"""


class Migration(migrations.Migration):
    dependencies = [("audience", "0001_tags_segments_campaigns")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
