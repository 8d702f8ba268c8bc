"""The process that is the local cloud: ministack, with three things mended around it.

It runs under the interpreter of `.venv-cloud` and knows nothing of this repository. Mended, and why, in
docs/decisions/local-cloud.md: it takes a port nobody else has, it writes its state down while it runs
and not only when it is stopped politely, and it never outlives the process that started it.

Everything comes in by environment: BIND_HOST, PORT_FILE, SAVED_FILE, SNAPSHOT_SECONDS, and ministack's own
variables.
"""

import asyncio
import contextlib
import importlib
import os
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path
from types import ModuleType

# The rest changes with a deployment only, after which SIGUSR1 asks for everything; it holds the layers, so
# that writing it takes a second.
CHANGED_BY_USE = frozenset({"dynamodb", "ses", "ses_v2"})


def main() -> None:
    """Serve the local cloud until SIGTERM, or until the process at the other end of stdin is gone."""
    parent = os.getppid()
    # Ctrl-C in a terminal reaches the whole group; the parent decides the order of stopping.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.create_server((os.environ["BIND_HOST"], 0), backlog=256)
    port = listener.getsockname()[1]
    # ministack reads it while it is imported, so it is set first.
    os.environ["GATEWAY_PORT"] = str(port)
    ministack = importlib.import_module("ministack.app")

    threading.Thread(target=_stop_with_parent, daemon=True).start()
    asked = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: asked.set())
    if ministack.PERSIST_STATE:
        threading.Thread(target=_snapshot, args=(ministack, asked), daemon=True).start()
    try:
        asyncio.run(_serve(ministack, listener, Path(os.environ["PORT_FILE"]), port))
    finally:
        # A parent that is gone can remove nothing: the unpacked functions, then the log.
        orphaned = os.getppid() != parent
        shutil.rmtree(Path.cwd() if orphaned else os.environ["TMPDIR"], ignore_errors=True)


async def _serve(ministack: ModuleType, listener: socket.socket, port_file: Path, port: int) -> None:
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
    await hypercorn.serve(ministack.app, config, shutdown_trigger=stopped.wait)


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
