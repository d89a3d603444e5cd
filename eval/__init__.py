"""Metrics, readers of evaluation data, reports and benchmarks."""
