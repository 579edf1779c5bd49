"""WHAT HAPPENED: the record of a run, its ending, and what can be read off it."""
