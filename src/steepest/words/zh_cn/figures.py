"""Chinese: titles, axes, captions and descriptions of figures."""

SENTENCES: dict[str, str] = {}
ERRORS: dict[str, tuple[str, str]] = {}
