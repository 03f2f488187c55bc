"""A follower whose openid moved to another account of ours is counted there: the mirror follows."""

from django.db import migrations

FOLLOWS = "{0}.is_following and {0}.erased_at is null"
HEAD = """
create or replace function audience_follower_changed() returns trigger language plpgsql as $$
begin
"""
ACCOUNT = """
  update audience_profile p set account_id = n.account_id
  from after_rows n join before_rows o on o.id = n.id
  where p.follower_id = n.id and n.account_id <> o.account_id;
"""
REST = f"""
  insert into audience_profile (follower_id, account_id, tags)
  select n.id, n.account_id, array(select t.tag_id from audience_followertag t where t.follower_id = n.id order by 1)
  from after_rows n join before_rows o on o.id = n.id
  where {FOLLOWS.format("n")} and not ({FOLLOWS.format("o")})
  on conflict (follower_id) do nothing;
  delete from audience_profile p using after_rows n join before_rows o on o.id = n.id
  where p.follower_id = n.id and {FOLLOWS.format("o")} and not ({FOLLOWS.format("n")});
  return null;
end $$;
"""  # noqa: S608 -- put together from constants


class Migration(migrations.Migration):
    dependencies = [("audience", "0004_subscription_pushes")]
    operations = [migrations.RunSQL(HEAD + ACCOUNT + REST, HEAD + REST)]
