"""WHAT IS MINIMISED when it is not rows: formulas that a person types, functions with a name."""
