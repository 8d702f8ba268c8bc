"""OpenID Connect: what an application asks for, and what it is given. See docs/decisions/openid.md."""
