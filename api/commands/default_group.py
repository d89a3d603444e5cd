"""A group of commands in which one is meant where none is named: `guanjia triage TEXT`."""

from typing import Any

from typer.core import TyperGroup

DEFAULT = "one-message"


class DefaultGroup(TyperGroup):
    """Runs its command `DEFAULT` unless the first word is another of its commands or `--help`.

    The help of the group holds that of the default command; a text that is a command's name goes
    after `--`. Contexts are Any, because typer has its own copy of click's.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = args[0] if args else DEFAULT
        if args != ["--help"] and (first not in self.commands or first == DEFAULT):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] == DEFAULT:
            # under the group's own name, so that a wrong usage is told as one of the group
            return "", self._default, args[1:]
        return super().resolve_command(ctx, args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [*self._default.collect_usage_pieces(ctx), "| COMMAND [ARGS]..."]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        records = [param.get_help_record(ctx) for param in self._default.get_params(ctx)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record is not None])
        self.format_commands(ctx, formatter)

    @property
    def _default(self) -> Any:
        return self.commands[DEFAULT]
