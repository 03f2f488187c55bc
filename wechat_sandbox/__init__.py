"""A local stand-in for the WeChat servers: an official-account platform and a phone, over real HTTP.

Nothing here knows which program it talks to. It plays the platform's side of the public protocol,
so any client or bot that works with WeChat works with it, and what fails here fails there.
"""

__version__ = "1.0.0"
