"""Walking along the shelves: journals by title, and the reading lists that librarians make."""
