"""The pages of ``--help``: options in their groups, two columns that fit eighty cells."""

from __future__ import annotations

import inspect
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_ARGUMENTS, _LAST = "Arguments", "Output"
_EXAMPLE = "steepest "


class GroupedCommand(TyperCommand):
    """A command whose help shows each option in the group it was declared with."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return options and arguments as they are written, in brackets where they may lack."""
        pieces = [] if self.options_metavar is None else [self.options_metavar]
        for param in self.get_params(ctx):
            if param.param_type_name == "argument":
                name = str(param.metavar).strip("[]")
                pieces.append(name if param.required else f"[{name}]")
        return pieces

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """Write the paragraphs of the docstring; command lines to be copied stay lines."""
        for paragraph in inspect.cleandoc(self.help or "").split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                if paragraph.startswith(_EXAMPLE):
                    formatter.write("".join(f"  {line}\n" for line in paragraph.splitlines()))
                else:
                    formatter.write_text(paragraph)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the groups in the order of their first options, output behind them all."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is None:
                continue
            name, text = record
            if param.param_type_name == "argument":
                groups.setdefault(_ARGUMENTS, []).append((name.split(" ")[0], text))
            else:
                group = getattr(param, "rich_help_panel", None) or _LAST
                groups.setdefault(group, []).append((name, text))
        for name in sorted(groups, key=_LAST.__eq__):
            _write(formatter, name, groups[name])


class Commands(TyperGroup):
    """The list of commands, each with its whole first sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write every command with the first paragraph of its help."""
        records = [
            (name, " ".join((command.help or "").split("\n\n")[0].split()))
            for name, command in self.commands.items()
        ]
        _write(formatter, "Commands", records)


def _write(formatter: Any, name: str, records: list[tuple[str, str]]) -> None:
    with formatter.section(typer.style(name, bold=True)):
        formatter.write_dl(records)
