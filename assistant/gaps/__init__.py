"""Questions that the knowledge base could not answer: kept, grouped, ranked, drafted."""
