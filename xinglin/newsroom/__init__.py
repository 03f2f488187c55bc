"""The newsroom: columns, articles in revisions that never change, and the one way an article is published."""
