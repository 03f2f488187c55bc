"""SIP2 (3M Standard Interchange Protocol 2.00): self-check machines, gates, and other systems' readers."""
