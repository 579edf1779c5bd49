"""WHAT IS MINIMISED when it is a program: differentiable functions of arrays, and networks."""
