"""Research intelligence: every new paper on a topic, once, screened by a person, and brought to the right reader."""
