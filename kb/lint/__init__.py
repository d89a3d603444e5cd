"""Checks that keep a knowledge base trustworthy; see `kb.lint.check`."""
