"""Proofs about a rulebook: by sets and intervals, never by sampling."""
