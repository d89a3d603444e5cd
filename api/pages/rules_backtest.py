"""What a backtest found: in sentences, with the whole report below, to be downloaded as well."""

from nicegui import ui

from api.pages.widgets import attributes, box, button, heading, text
from api.rule_trials import SAMPLE, Trial
from rules.backtest import summary


def draw_trial(trial: Trial, name: str) -> None:
    """The findings of a trial of the draft `name`."""
    outcome = trial.outcome
    of = f"用 {SAMPLE:,} 件生成的来件试的，不是本台的来件" if trial.sample else "用本台登记的来件"
    heading("回测结果", f"{of}；两版规则各判一次")
    with attributes(box("card trial"), data_testid="trial"):
        with box("trial-findings", "ul"):
            for line in summary(outcome):
                text(line, "", "li")
        with box("card-foot"):
            text("完成时间是旧规则之下的，超时数是估计。", "quiet", "span")
            button(
                "下载报告",
                lambda: ui.download.content(trial.report, f"规则回测 {name}.html"),
                "quiet-button",
                icon="download",
            )
        with attributes(box("trial-report", "details"), open=True):
            text("完整报告：表和图", "", "summary")
            made = attributes(box("report-frame", "iframe"), title="回测报告")
            # the report holds no script; none could run here either
            attributes(made, sandbox="allow-same-origin", srcdoc=trial.report)
