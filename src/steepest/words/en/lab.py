"""English: the words of the lab's page."""

SENTENCES: dict[str, str] = {}
ERRORS: dict[str, tuple[str, str]] = {}
