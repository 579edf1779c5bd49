"""What is wrong with a command line, from typer's English text to a sentence of the catalogue."""

from __future__ import annotations

import re

from steepest.words.catalogue import phrase

# Typer gives its errors no names, only texts; what matches none of these is told as it is.
_TEXTS = (
    (r"Missing option '(?P<option>[^']+)'.*", "usage_missing_option"),
    (r"Missing argument '(?P<argument>[^']+)'.*", "usage_missing_argument"),
    (r"No such option: (?P<option>\S+) \(Possible options: (?P<known>.+)\)", "usage_no_option_but"),
    (r"No such option: (?P<option>\S+)", "usage_no_option"),
    (
        r"No such command '(?P<command>.+?)'\. Did you mean (?P<known>.+)\?",
        "usage_no_command_but",
    ),
    (r"No such command '(?P<command>.+)'", "usage_no_command"),
    (r"Option '(?P<option>[^']+)' requires an argument", "usage_needs_value"),
    (r"Option '(?P<option>[^']+)' does not take a value", "usage_takes_no_value"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<arguments>.+)\)", "usage_extra"),
    (r"Invalid value for '(?P<option>[^']+)': .* valid int.*", "usage_no_integer"),
    (r"Invalid value for '(?P<option>[^']+)': .* valid (?:number|float).*", "usage_no_number"),
)


def usage(text: str) -> object:
    """Return typer's text as a fact: a phrase where the catalogue has one.

    >>> usage("No such command 'fot'.")["phrase"]
    'usage_no_command'
    """
    plain = text.strip().rstrip(".")
    for pattern, name in _TEXTS:
        found = re.fullmatch(pattern, plain, re.DOTALL)
        if found:
            facts: dict[str, object] = {**found.groupdict()}
            if "known" in facts:
                facts["known"] = [one.strip("'") for one in found["known"].split(", ")]
            return phrase(name, **facts)
    return plain
