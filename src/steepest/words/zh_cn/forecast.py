"""Chinese: what is known before training: curvature, rates, fates, batch sizes."""

SENTENCES: dict[str, str] = {}
ERRORS: dict[str, tuple[str, str]] = {}
