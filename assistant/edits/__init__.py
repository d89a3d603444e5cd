"""Drafts as they were sent: kept masked, compared with what was drafted, learned from."""
