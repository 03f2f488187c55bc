"""The callback gateway: a pure core (``pushes``), a journal that commits in groups, and one bare ASGI application.

Only ``config`` mounts it; no other room imports it.
"""
