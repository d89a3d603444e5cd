"""Triage, drafting and the guard: messages in, facts and words out."""
