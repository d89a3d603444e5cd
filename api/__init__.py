"""The service: HTTP, pages, command line, settings and wiring."""
