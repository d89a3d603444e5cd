"""A language model rewords what was composed; facts, times and promises are fixed before."""
