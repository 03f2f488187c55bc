"""The librarian's screens of the audience; importing this folder registers them."""

from xinglin.audience.console import campaign_page, campaigns, people, policy, segments, surveys, tags

__all__ = ["campaign_page", "campaigns", "people", "policy", "segments", "surveys", "tags"]
