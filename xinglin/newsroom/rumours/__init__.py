"""Refuting rumours: a card with claim, verdict and evidence answers the message that repeats the claim."""
