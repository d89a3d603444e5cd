"""The composed draft: planned by kind and situation, worded from the library, without a model."""
