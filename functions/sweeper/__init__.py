"""What a function that was killed left behind, and accounts that nobody uses, which it deletes.

No route: a rule calls it once a minute.
"""
