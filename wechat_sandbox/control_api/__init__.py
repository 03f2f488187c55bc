"""The hands of tests and of the phone: everything under ``/sandbox/``, JSON in and out."""
