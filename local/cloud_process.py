"""The process that is the local cloud: ministack, with five things mended around it.

It runs under the interpreter of `.venv-cloud` and knows nothing of this repository. Mended, and why, in
docs/decisions/local-cloud.md: it takes a port nobody else has, it answers no web page, it writes its
state down while it runs and not only when it is stopped politely, it unpacks a layer once and not for every
process of a function, and it never outlives the process that started it.

Everything comes in by environment: BIND_HOST, PORT_FILE, SAVED_FILE, FRONT_SECRET, SNAPSHOT_SECONDS, and
ministack's own variables.
"""

import asyncio
import contextlib
import hashlib
import hmac
import importlib
import os
import re
import shutil
import signal
import socket
import sys
import threading
import zipfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# The rest changes with a deployment only, after which SIGUSR1 asks for everything; it holds the layers, so
# that writing it takes a second.
CHANGED_BY_USE = frozenset({"dynamodb", "ses", "ses_v2"})

FRONT_HEADER = "x-facesmash-front"
"""Carries what only the front server knows; nothing behind this process sees it."""
_LAYER = "layer_"
"""How ministack names the folder of a process that it unpacks a layer into."""
# Browsers say one or both with whatever a page sends to loopback; programs of this machine say neither.
_SAID_BY_BROWSERS = frozenset({b"origin", b"sec-fetch-site"})


def main() -> None:
    """Serve the local cloud until SIGTERM, or until the process at the other end of stdin is gone."""
    parent = os.getppid()
    # Ctrl-C in a terminal reaches the whole group; the parent decides the order of stopping.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.create_server((os.environ["BIND_HOST"], 0), backlog=256)
    port = listener.getsockname()[1]
    # ministack reads it while it is imported, so it is set first.
    os.environ["GATEWAY_PORT"] = str(port)
    # Taken out of the environment: the functions inherit what is left there.
    front_secret = os.environ.pop("FRONT_SECRET")
    ministack = importlib.import_module("ministack.app")
    workers = importlib.import_module("ministack.core.lambda_runtime")
    vars(workers)["zipfile"] = sharing_layers(Path(os.environ["TMPDIR"]) / "layers")

    threading.Thread(target=_stop_with_parent, daemon=True).start()
    asked = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: asked.set())
    if ministack.PERSIST_STATE:
        threading.Thread(target=_snapshot, args=(ministack, asked), daemon=True).start()
    try:
        application = guarded(ministack.app, port=port, front_secret=front_secret)
        asyncio.run(_serve(application, listener, Path(os.environ["PORT_FILE"]), port))
    finally:
        # A parent that is gone can remove nothing: the unpacked functions, then the log.
        orphaned = os.getppid() != parent
        shutil.rmtree(Path.cwd() if orphaned else os.environ["TMPDIR"], ignore_errors=True)


def guarded(application: Application, *, port: int, front_secret: str) -> Application:
    """Let this machine's programs through, and no web page.

    ministack answers everybody, and allows every origin to read it: faces, keys and mailed codes. A page
    elsewhere could ask it directly, or point a name of its own at 127.0.0.1 (DNS rebinding).

    Args:
        application: What to guard.
        port: That it is reached at; part of every name it answers to.
        front_secret: What the front server sends with each call of the API. It alone hands on what browsers
            sent; whoever else calls the API's own name could be one.
    """
    own = {f"127.0.0.1:{port}".encode(), f"localhost:{port}".encode()}
    api = re.compile(rb"[a-z0-9]+\.execute-api\.localhost:%d" % port)
    front_header, secret = FRONT_HEADER.encode(), front_secret.encode()

    def refusal(scope: Scope) -> tuple[int, bytes] | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts = [value.lower() for name, value in headers if name.lower() == b"host"]
        if len(hosts) == 1 and api.fullmatch(hosts[0]):
            said = [value for name, value in headers if name.lower() == front_header]
            known = len(said) == 1 and hmac.compare_digest(said[0], secret)
            return None if known else (403, b"Only the front server calls the API here.\n")
        if len(hosts) != 1 or hosts[0] not in own:
            return 421, b"The local cloud answers for this machine's own names only.\n"
        if _SAID_BY_BROWSERS & {name.lower() for name, _ in headers}:
            return 403, b"The local cloud answers no web page.\n"
        return None

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await application(scope, receive, send)
        elif scope["type"] != "http":
            # Nothing here speaks WebSocket.
            await send({"type": "websocket.close", "code": 1008})
        elif refused := refusal(scope):
            status, text = refused
            fields = [(b"content-type", b"text/plain"), (b"content-length", str(len(text)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": fields})
            await send({"type": "http.response.body", "body": text})
        else:
            kept = [(name, value) for name, value in scope["headers"] if name.lower() != front_header]
            await application({**scope, "headers": kept}, receive, send)

    return guard


def sharing_layers(folder: Path) -> SimpleNamespace:
    """Return `zipfile` with a `ZipFile.extractall` that unpacks a layer once, and then hands out links to it.

    ministack unpacks 90 MB for each process of a function, in threads of the one process that also answers
    every table and mail. Sixty processes that start at once had it unpack for longer than a gateway waits.

    Args:
        folder: Where layers are unpacked; what is linked to stays until the whole cloud is gone.
    """
    unpacking = threading.Lock()

    class ZipFile(zipfile.ZipFile):
        def extractall(
            self,
            path: str | os.PathLike[str] | None = None,
            members: Iterable[str | zipfile.ZipInfo] | None = None,
            pwd: bytes | None = None,
        ) -> None:
            target = Path(path or ".")
            if not target.name.startswith(_LAYER):
                super().extractall(path, members, pwd)
                return
            named = repr([(one.filename, one.file_size, one.CRC) for one in self.infolist()])
            shared = folder / hashlib.sha256(named.encode()).hexdigest()
            with unpacking:
                if not shared.exists():
                    beside = shared.with_suffix(".writing")
                    shutil.rmtree(beside, ignore_errors=True)
                    super().extractall(beside)
                    beside.rename(shared)
            target.rmdir()
            target.symlink_to(shared, target_is_directory=True)
            if self.filename is not None:
                Path(self.filename).unlink()  # as large as the layer, and written for this process alone

    return SimpleNamespace(**{**vars(zipfile), "ZipFile": ZipFile})


async def _serve(application: Application, listener: socket.socket, port_file: Path, port: int) -> None:
    hypercorn = importlib.import_module("hypercorn.asyncio")
    config = importlib.import_module("hypercorn.config").Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.keep_alive_timeout = 75
    config.accesslog = None
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    # Written beside and moved: the reader never sees half a number.
    beside = port_file.with_suffix(".writing")
    beside.write_text(str(port), encoding="ascii")
    beside.replace(port_file)
    await hypercorn.serve(application, config, shutdown_trigger=stopped.wait)


def _stop_with_parent() -> None:
    # stdin is a pipe that only the parent holds: its end is the parent's end, even after a kill -9.
    with contextlib.suppress(OSError):
        while sys.stdin.buffer.read(1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


def _snapshot(ministack: ModuleType, asked: threading.Event) -> None:
    every_s = float(os.environ.get("SNAPSHOT_SECONDS", "5"))
    while True:
        everything = asked.wait(every_s)
        asked.clear()
        stores = ministack._build_persistence_save_dict()  # noqa: SLF001 - the only way to ask
        # The record of the deployment last: whatever it names is then on disk already. Each file is replaced
        # whole; a store that changes under the copy is written the next time round.
        names = sorted(stores, key=lambda name: name == "cloudformation")
        ministack.save_all({name: stores[name] for name in names if everything or name in CHANGED_BY_USE})
        if everything:
            Path(os.environ["SAVED_FILE"]).touch()


if __name__ == "__main__":
    main()
