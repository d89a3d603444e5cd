"""The command `guanjia`.

Commands import what they need when they run: `guanjia --help` stays instant.
Exit codes: 0 done, 1 a user's mistake, 2 wrong usage, 3 some inputs failed and the rest went
through.
"""

import os
import sys

import typer

from api.commands import (
    backtest,  # noqa: F401 - adds its commands to those of rules
    clocks,  # noqa: F401 - adds its commands to those of rules
    desk,
    evaluation,
    kb,
    knowledge,
    models,
    rulebooks,  # noqa: F401 - adds its commands to those of rules
    rules,
    service,
    sheets,  # noqa: F401 - adds its commands to those of rules
    training,
    triage,
    wording,  # noqa: F401 - adds its command to those of eval
)

os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

app = typer.Typer(
    name="guanjia",
    help="管家：物业客服的知识库助手。资料、模型和住户信息都只留在本机。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
knowledge.register(app)
triage.register(app)
service.register(app)
app.add_typer(kb.app, name="kb")
app.add_typer(rules.app, name="rules")
app.add_typer(desk.app, name="desk")
app.add_typer(training.app, name="train")
app.add_typer(evaluation.app, name="eval")
app.add_typer(models.app, name="models")


def main() -> None:
    """Run the command line; expected errors become one line and exit code 1."""
    try:
        app()
    except BrokenPipeError:
        # the reader of our output has gone: nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from api.errors import classify
        from api.output import complain

        problem = classify(error)
        if problem is None:
            raise
        complain(problem.detail)
        sys.exit(1)
