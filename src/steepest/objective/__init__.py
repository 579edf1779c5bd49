"""WHAT IS MINIMISED: value, gradient and curvature as functions of the parameters."""
