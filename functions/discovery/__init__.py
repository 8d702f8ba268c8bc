"""GET /.well-known/... and /v1/policies/current: what anybody may know."""
