"""What the library owes to tell a reader: due soon, a copy waits, a request is done; over the way that is open."""
