"""The learning room: lectures and training, from the announcement to the feedback; courses and contests follow."""
