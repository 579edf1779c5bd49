"""The source files and their syntax trees, which the tests of the house walk through."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import steepest

PACKAGE = Path(steepest.__file__).parent
REPOSITORY = Path(__file__).parents[2]
FILES = sorted(PACKAGE.rglob("*.py"))


def module_name(file: Path) -> str:
    """Return the dotted name of a source file."""
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def type_checking_nodes(module: ast.Module) -> set[ast.AST]:
    """Return every node that stands under ``if TYPE_CHECKING:``."""
    return {
        inside
        for node in ast.walk(module)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        for one in node.body
        for inside in ast.walk(one)
    }


def imports(file: Path, *, runtime: bool = False) -> Iterator[tuple[str, str | None, int]]:
    """Yield (module, name or None, line) of each import, wherever in the file it stands."""
    module = tree(file)
    hidden = type_checking_nodes(module) if runtime else set()
    for node in ast.walk(module):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            for one in node.names:
                yield one.name, None, node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: relative import"
            for one in node.names:
                yield str(node.module), one.name, node.lineno
