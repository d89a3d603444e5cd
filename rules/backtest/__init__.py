"""What a changed rulebook would have done with past requests: `run`, then `write_report`."""

from rules.backtest.compare import run
from rules.backtest.generate import generate
from rules.backtest.history import Problem, read_history, stream_history, write_history
from rules.backtest.history_lines import Past
from rules.backtest.outcome import Outcome, outcome_json
from rules.backtest.report import report_html, write_report
from rules.backtest.words import summary

__all__ = [
    "Outcome",
    "Past",
    "Problem",
    "generate",
    "outcome_json",
    "read_history",
    "report_html",
    "run",
    "stream_history",
    "summary",
    "write_history",
    "write_report",
]
