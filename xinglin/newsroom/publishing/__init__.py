"""Publishing: one article to every channel, each in its form, on its day, and taken back everywhere at once."""
