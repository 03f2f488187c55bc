"""What readers see of a topic: its papers narrowed by facets, its figures, and how complete it is."""
