"""The small real language model of the tests, and how long it may take to load."""

NAME = "qwen2.5-coder-0.5b-instruct-q4_k_m"
LOAD_SECONDS = 120.0
