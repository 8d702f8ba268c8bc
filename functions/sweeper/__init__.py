"""What a function that was killed left behind. No route: a rule calls it once a minute."""
