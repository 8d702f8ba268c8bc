"""/v1/openid and what a person agrees to: OpenID Connect for registered applications."""
