"""A rulebook's tables as a decision graph of zen-engine, to run both on the same tables.

zen-engine knows the hit policies first and collect; `priority` is collect followed by an
expression that takes the highest. Due times are not its matter: it gives the limits that apply.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from rules.conditions import Between, Condition, Cut, OneOf
from rules.rulebook import Rulebook
from rules.tables import Copied, Hit, Row, Table
from rules.types import Facts, Tier

TABLES = ("urgency", "level", "routing", "deadlines")


def decision_graph(book: Rulebook) -> str:
    """The tables `TABLES` of the newest edition as the JSON of a zen-engine decision."""
    nodes: list[dict[str, Any]] = [_node("request", "inputNode")]
    for name in TABLES:
        nodes.append(_table_node(book.tables[name]))
        if book.tables[name].hit is Hit.PRIORITY:
            nodes.append(_highest_node(book.tables[name]))
    nodes.append(_node("response", "outputNode"))
    edges = [
        {"id": f"e{index}", "type": "edge", "sourceId": first["id"], "targetId": second["id"]}
        for index, (first, second) in enumerate(pairwise(nodes))
    ]
    return json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False)


def context(facts: Facts) -> dict[str, Any]:
    """The facts as zen-engine reads them."""
    return {
        "kind": str(facts.kind),
        "category": facts.category,
        "department": facts.department,
        "channel": facts.channel,
        "signals": list(facts.signals),
        "repeat_count": facts.repeat_count,
        "unattended_days": facts.unattended_days,
        "incident_reports": facts.incident_reports,
        "suspected_danger": facts.suspected_danger,
        "raised_tier": facts.raised_tier and str(facts.raised_tier),
    }


def _node(name: str, kind: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    node = {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
    return node if content is None else {**node, "content": content}


def _table_node(table: Table) -> dict[str, Any]:
    collect = table.hit not in (Hit.FIRST, Hit.UNIQUE)
    outputs = ["rule", *(() if table.id == "deadlines" else table.outputs)]
    content = {
        "hitPolicy": "collect" if collect else "first",
        "inputs": [{"id": name, "name": name} for name in table.inputs],
        "outputs": [{"id": f"out-{name}", "name": name, "field": name} for name in outputs],
        "rules": [rule for row in table.rows for rule in _rules(row, outputs, list(table.inputs))],
        "passThrough": True,
        "executionMode": "single",
        "inputField": None,
        "outputPath": table.id if collect else None,
    }
    return _node(table.id, "decisionTableNode", content)


def _rules(row: Row, outputs: Sequence[str], inputs: Sequence[str]) -> list[dict[str, str]]:
    """One rule per alternative: zen-engine has no alternatives within a rule."""
    results = {f"out-{name}": _result(row, name) for name in outputs}
    return [
        {
            "_id": f"{row.id}-{index}",
            **{name: _cell(part, name) for name in inputs},
            **results,
        }
        for index, part in enumerate(row.alternatives)
    ]


def _result(row: Row, name: str) -> str:
    value = row.rule if name == "rule" else row.then.get(name)
    return value.input if isinstance(value, Copied) else json.dumps(value, ensure_ascii=False)


def _cell(part: Sequence[Condition], name: str) -> str:
    """The conditions of one alternative on one input, as a boolean expression."""
    return " and ".join(_expression(one) for one in part if one.input == name)


def _expression(condition: Condition) -> str:
    name = condition.input
    if isinstance(condition, OneOf):
        listed = ", ".join(json.dumps(code) for code in sorted(condition.codes, key=str))
        return f"{name} in [{listed}]"
    if isinstance(condition, Between):
        return " and ".join(_bounds(name, condition.low, condition.high))
    parts = [f"'{code}' in {name}" for code in sorted(condition.all_of)]
    for quantifier, codes in (("some", condition.any_of), ("none", condition.none_of)):
        if codes:
            listed = ", ".join(f"'{code}'" for code in sorted(codes))
            parts.append(f"{quantifier}({name}, # in [{listed}])")
    return " and ".join(parts)


def _bounds(name: str, low: Cut | None, high: Cut | None) -> list[str]:
    bounds = []
    if low is not None:
        bounds.append(f"{name} {'>' if low.above else '>='} {low.value}")
    if high is not None:
        bounds.append(f"{name} {'<=' if high.above else '<'} {high.value}")
    return bounds


def _highest_node(table: Table) -> dict[str, Any]:
    """The highest value among the rows that match, in the table's order of values."""
    output = next(iter(table.outputs))
    *higher, last = table.priority
    steps = [f"some({table.id}, #.{output} == '{code}') ? '{code}' : " for code in higher]
    expression = {"id": "highest", "key": output, "value": f"{''.join(steps)}'{last}'"}
    return _node(
        f"highest-{output}",
        "expressionNode",
        {
            "expressions": [expression],
            "passThrough": True,
            "executionMode": "single",
            "inputField": None,
            "outputPath": None,
        },
    )


def same_decision(result: dict[str, Any], tier: Tier, level: int, rules: set[str]) -> bool:
    """Whether zen-engine's result is ours: tier, level and the rows of the deadlines table."""
    found = {one["rule"] for one in result["deadlines"]}
    return (result["tier"], result["level"], found) == (str(tier), level, rules)
