"""The assumptions, a module each: its words, its bar, and its figure in Python, SPL and ES|QL.

A module has ``ASSUMPTION``; a new one in this folder is in the ledger, and nothing else lists it.
The file's name gives its place.
"""
