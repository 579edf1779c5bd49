"""Chinese: the headings and texts of the report."""

SENTENCES: dict[str, str] = {}
ERRORS: dict[str, tuple[str, str]] = {}
