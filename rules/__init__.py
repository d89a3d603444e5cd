"""Deterministic decisions: tables, engine, service calendar and deadlines."""
