"""The functions over HTTP on loopback, for clients that know nothing else: Node's, for instance."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.transport import InProcess


class _Front(BaseHTTPRequestHandler):
    """Hands each request to the function behind its route."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, *_: object) -> None:
        """Nothing is told of what passes."""

    def _answer(self, body: bytes) -> None:
        with _ONE_AT_A_TIME:  # as Lambda does: a function has one request at a time
            reply = InProcess().send(self.command, self.path, headers=dict(self.headers.items()), body=body)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def served() -> Iterator[str]:
    """Serve the functions as they are in this process; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Front)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
