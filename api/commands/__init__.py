"""The commands of `guanjia`, one module per room. Bodies import lazily."""
