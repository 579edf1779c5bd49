"""WHAT IS SAID: every sentence a person reads, keyed by name, and the errors that carry them.

Imports nothing of ours; every room may import it.
"""
