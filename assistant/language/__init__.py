"""Language models: any OpenAI-compatible server, or a GGUF file that this machine runs itself.

`settings` say which, `build` makes it, `types` are what the rest of the product sees of it.
"""
