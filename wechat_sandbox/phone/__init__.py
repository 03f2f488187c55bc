"""The phone in the browser: one page, and what it asks the server for."""
