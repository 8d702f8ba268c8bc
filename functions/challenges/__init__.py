"""POST /v1/challenges, which every other change answers, and /v1/challenges/steps for the second act."""
