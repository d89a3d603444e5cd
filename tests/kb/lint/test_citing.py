from kb.lint.citing import citing
