"""Requests, their clocks and their history."""
