"""A pretend PubMed and Europe PMC over real HTTP, with faults and a clock of its own; imports nothing of ours."""
