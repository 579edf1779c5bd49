"""The menu of a page: what there is to choose from, read off the project's literal tables."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from steepest import (
    FIGURE_KINDS,
    FUNCTIONS,
    LANGUAGES,
    LOSSES,
    PENALTIES,
    RULES,
    SCHEDULES,
    formula_of,
)
from steepest.lab.cards import CARDS
from steepest.lab.gate import UPLOAD_BYTES
from steepest.lab.states import MOST_EPOCHS, SEARCHES, State
from steepest.lab.tables import Tables
from steepest.trace.record import strict

MOST_COMPARED = 5


def menu(tables: Tables, change: str, first: State) -> dict[str, Any]:
    """Return everything a page can be set to.

    Parameters
    ----------
    tables : Tables
        Of the session.
    change : str
        The secret that requests must carry which change something.
    first : State
        What a page shows before it is touched.
    """
    return dict(
        strict(
            {
                "token": change,
                "state": first.as_dict(),
                "defaults": State().as_dict(),
                "tables": [held.as_dict() for held in tables],
                "functions": [_function(name) for name in FUNCTIONS],
                "rules": [_rule(name) for name in RULES],
                "schedules": list(SCHEDULES),
                "methods": ["descent", *SEARCHES],
                "losses": list(LOSSES),
                "loss_parameters": _parameters(),
                "penalties": list(PENALTIES),
                "languages": list(LANGUAGES),
                "kinds": list(FIGURE_KINDS),
                "cards": [{"id": name, **vars(card)} for name, card in CARDS.items()],
                "limits": {
                    "epochs": MOST_EPOCHS,
                    "upload": UPLOAD_BYTES,
                    "compared": MOST_COMPARED,
                },
                "root": tables.root is not None,
            }
        )
    )


def _parameters() -> dict[str, dict[str, Any]]:
    """Return the losses with a parameter of their own: its name and usual value."""
    known = [one for one in LOSSES.values() if one.parameter]
    return {one.name: {"name": one.parameter, "usual": one.extra} for one in known}


def _function(name: str) -> dict[str, Any]:
    formula, entry = formula_of(name)
    known = FUNCTIONS[name] if entry is None else entry
    return {
        "id": name,
        "formula": formula.text,
        "variables": list(formula.names),
        "start": list(known.start),
        "minima": [{"point": list(point), "value": value} for point, value in known.minima],
        "saddles": [list(point) for point in known.saddles],
        "source": known.source,
    }


def _rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    return {
        "id": name,
        "formula": rule.formula,
        "hyperparameters": dict(rule.hyperparameters),
        "automatic": rule.stable is not None,
        "usual_rate": rule.usual_rate,
        "source": rule.source,
    }


def page_words(language: str) -> dict[str, str]:
    """Return the sentences of the page itself, name -> template."""
    package = LANGUAGES[language].__name__
    return dict(import_module(f"{package}.lab").SENTENCES)
