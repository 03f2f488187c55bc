"""The clients of PubMed, Europe PMC, Crossref and OpenAlex: typed, paced together, strict with answers.

Each reads one interface and gives ``Article``s. Whoever wants a publication and does not care where
it comes from uses ``literature.port``.
"""
