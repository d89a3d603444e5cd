"""The knowledge base: document and chunk types, encoders, stores and search."""
