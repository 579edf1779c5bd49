"""Figures of functions: recorded descents, valleys, noise, searches, saddles, update rules."""
