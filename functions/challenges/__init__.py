"""POST /v1/challenges: the one request that answers no challenge."""
