"""Exercises from past cases, with keys computed by the rules."""
