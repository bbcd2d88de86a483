"""Starting and stopping a workspace: in the foreground for people, in a thread for tests."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options
from deploy.playground.server import create_app

START_TIMEOUT_SECONDS = 15.0
STOP_TIMEOUT_SECONDS = 10.0


def bind(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def build_server(options: Options, port: int) -> uvicorn.Server:
    """A server for a socket bound to ``port``."""
    config = uvicorn.Config(
        create_app(options, port),
        log_level="warning",
        ws="websockets-sansio",
        timeout_graceful_shutdown=2,
        # A message may carry a whole thread; Bolt's own frames are far smaller.
        ws_max_size=4 * 1024 * 1024,
    )
    return uvicorn.Server(config)


def serve_until_stopped(options: Options, listening: socket.socket) -> None:
    """Serve in this thread until interrupted."""
    with suppress(KeyboardInterrupt):  # uvicorn shuts down in order, then raises it again
        build_server(options, listening.getsockname()[1]).run(sockets=[listening])


@contextmanager
def running_playground(options: Options) -> Iterator[PlaygroundClient]:
    """A workspace in a thread of this process, and a client to act in it.

    Raises:
        TimeoutError: it did not start within 15 s.
    """
    listening = bind(options.port)
    port = listening.getsockname()[1]
    server = build_server(options, port)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listening]}, name="playground", daemon=True
    )
    thread.start()
    try:
        with PlaygroundClient(f"http://127.0.0.1:{port}") as client:
            client.wait_until_up(START_TIMEOUT_SECONDS)
            yield client
    finally:
        server.should_exit = True
        thread.join(STOP_TIMEOUT_SECONDS)
        listening.close()
