"""Serve the built site as CloudFront does: the same headers, `/x` for `/x.html`, and a 404 page."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from aiohttp import web

from infra.headers import cache_control
from local.security import SITE_HEADERS

# Fixed here, because what the machine's own table says differs from one system to the next.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
NOT_FOUND_PAGE = "404.html"


class Pages:
    """The files of one build. They are looked up at each request, so a rebuild shows at once."""

    def __init__(self, folder: Path, *, headers: Mapping[str, str] = SITE_HEADERS) -> None:
        self._folder = folder.resolve()
        self._site_headers = headers

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer GET and HEAD for anything that is not the API's."""
        if request.method not in {"GET", "HEAD"}:
            return web.Response(status=405, headers={**self._site_headers, "Allow": "GET, HEAD"})
        path = request.path
        file = self.find(path)
        if file is None:
            return self._not_found()
        return web.FileResponse(file, headers=self._headers(file, path=path))

    def find(self, path: str) -> Path | None:
        """Return the file for a decoded URL path, or None; nothing outside the build is ever found."""
        relative = PurePosixPath(path.lstrip("/") or "index.html")
        if ".." in relative.parts or "\0" in path or path.endswith("/") != (path == "/"):
            return None
        plain = self._folder / relative
        for candidate in (plain, plain.with_name(plain.name + ".html")):
            if candidate.is_file() and candidate.resolve().is_relative_to(self._folder):
                return candidate
        return None

    def _not_found(self) -> web.StreamResponse:
        page = self._folder / NOT_FOUND_PAGE
        headers = {**self._site_headers, "Cache-Control": "no-cache"}
        if not page.is_file():
            return web.Response(status=404, text="There is no such page.\n", headers=headers)
        return web.Response(
            status=404, body=page.read_bytes(), headers={**headers, "Content-Type": CONTENT_TYPES[".html"]}
        )

    def _headers(self, file: Path, *, path: str) -> dict[str, str]:
        return {
            **self._site_headers,
            "Cache-Control": cache_control(path),
            "Content-Type": CONTENT_TYPES.get(file.suffix, "application/octet-stream"),
        }
