"""HOW: searches, methods, learning rates, engines, and the one loop."""
