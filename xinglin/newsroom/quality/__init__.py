"""Quality: what a text repeats, how hard it is to read, and what it must not say."""
