"""Electronic resources: databases with their guides, who may use them, and how often they are."""
