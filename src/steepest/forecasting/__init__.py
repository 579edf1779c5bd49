"""WHAT WILL HAPPEN: everything about a descent that is known before it starts."""
