"""Copy cataloguing: a title is described once, by whoever came first, and taken over by everybody else.

models        sources, who took over what, proposals to the main library
addresses     which machines we may be sent to: never our own network
sru_client    SRU 1.1 to 2.0 read from anybody
zoom          Z39.50 through libyaz, where it is installed
oai_client    OAI-PMH read from anybody
looking       one question to one source, each answer beside what we have
services      the deeds: copy, take over, propose, accept, refuse
reuse         how many titles of a library were taken over, how many described by itself
screens       the cataloguer's pages
"""
