"""PDF files from outside: looked at, marked and drawn in a process apart, because they are hostile.

worker     the process: no Django, no network, capped memory and time
running    how the house asks it
marking    the words that go over every page
"""
