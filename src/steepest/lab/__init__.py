"""THE PAGE: a local web page on which one takes hold of gradient descent.

``serving.py`` opens the door and ``gate.py`` guards it; ``application.py`` is the list of what is
answered. A page sends its whole state (``states.py``) and gets figures, numbers and sentences
back (``answers.py``), made by the same functions as a fit's. It holds no mathematics of its own.
"""
