"""Readers of the consortium: the person, the card, the category; their rights over their own data."""
