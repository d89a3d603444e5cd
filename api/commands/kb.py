"""`kb …`: looking after the knowledge base."""

import typer

from api.commands import gaps, transfer

app = typer.Typer(help="知识库维护：待补问题、导出和导入。", no_args_is_help=True)
gaps.register(app)
transfer.register(app)
