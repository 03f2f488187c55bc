"""Planning: the pool of topics, who writes what until when, and the calendar with what the accounts have left."""
