"""The site's response headers, in one place: CloudFront sends them in the cloud, the front server locally.

No CDK import, so that both can read it.
"""

from __future__ import annotations

# Vite puts the digest of the content into these names, so they can be kept for ever.
IMMUTABLE_PREFIX = "/assets/"
_IMMUTABLE = "public, max-age=31536000, immutable"
# Stored, but asked for again before each use: a page always names the assets of its own build.
_REVALIDATE = "no-cache"

_CONTENT_SECURITY_POLICY = {
    "default-src": ["'none'"],
    # tfjs compiles WebAssembly; nothing on the site needs eval or inline script.
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "img-src": ["'self'"],
    # The camera's stream is no address, so it needs no source.
    "media-src": ["'none'"],
    # The networks run in a worker of ours, so that the page stays smooth; it is a file, never a blob.
    "worker-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "frame-src": ["'none'"],
    "frame-ancestors": ["'none'"],
    # Only lit makes markup of strings, and only of those that stand in our sources; one policy makes one URL
    # of a script, that of the worker.
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["lit-html", "facesmash-worker"],
}

# For this origin alone: the camera, and passkeys.
_OWN_FEATURES = ("camera", "publickey-credentials-create", "publickey-credentials-get")

# Everything a browser lets a page ask for and this one does not need.
_REFUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)


def security_headers(*, api_origin: str = "") -> dict[str, str]:
    """Headers of every answer of the site.

    Args:
        api_origin: Origin of the API where it is not the site's own, e.g. `https://abc.execute-api...`.

    Returns:
        Header names and values. Strict-Transport-Security is among them; over plain HTTP (a developer's
        localhost) browsers ignore it, as RFC 6797 section 8.1 demands.
    """
    return {
        "Content-Security-Policy": content_security_policy(api_origin=api_origin),
        "Permissions-Policy": ", ".join(
            [*(f"{name}=(self)" for name in _OWN_FEATURES), *(f"{name}=()" for name in _REFUSED_FEATURES)]
        ),
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        # The three that give the page a process of its own.
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def content_security_policy(*, api_origin: str = "") -> str:
    """The policy as one line, with the API among the places a page may talk to."""
    directives = dict(_CONTENT_SECURITY_POLICY)
    if api_origin:
        directives["connect-src"] = [*directives["connect-src"], api_origin]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def cache_control(path: str) -> str:
    """How long a browser may keep what lies at `path` (a URL path that starts with a slash)."""
    return _IMMUTABLE if path.startswith(IMMUTABLE_PREFIX) else _REVALIDATE
