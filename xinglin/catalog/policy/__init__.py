"""Collection policy: which library builds which class, and what the shelves say about it."""
