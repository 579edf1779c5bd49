"""Chinese: what a diagnosis finds, the numbers that prove it, and what to do."""

SENTENCES: dict[str, str] = {}
ERRORS: dict[str, tuple[str, str]] = {}
