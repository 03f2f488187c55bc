"""Every change in the audience, by subject."""
