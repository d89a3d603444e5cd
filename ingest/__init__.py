"""Sources, parsers, cleaners and splitters; plan, then apply."""
