"""Serves a stand on one loopback port, plain or with TLS.

Belongs here: the socket and the web server. Must not: know what is served.
"""

from __future__ import annotations

import errno
import socket
import threading
import time
from pathlib import Path

import uvicorn

from sandbox.admin import AdminPages
from sandbox.opening import write_environment
from sandbox.stand import Stand
from sandbox.tls import TlsFiles, ensure_tls_files

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Somebody else listens on the wanted port."""


def listen(port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        PortTaken: the port is in use or may not be used.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        why = "is in use; give another one" if error.errno == errno.EADDRINUSE else error.strerror
        raise PortTaken(f"port {port} {why}") from error
    listening.listen(128)
    return listening


class RunningServer:
    """One stand behind one socket."""

    def __init__(self, stand: Stand, listening: socket.socket, *, tls: bool) -> None:
        self.stand = stand
        self._socket = listening
        self._files = ensure_tls_files(stand.folder / "tls") if tls else None
        port = listening.getsockname()[1]
        stand.base_url = f"{'https' if tls else 'http'}://{HOST}:{port}"
        self.environment = write_environment(stand, self.ca_bundle)
        self._server = uvicorn.Server(self._config(stand, self._files))
        self._thread: threading.Thread | None = None

    @property
    def ca_bundle(self) -> Path | None:
        """Certificate authority that clients have to trust, with TLS."""
        return self._files.authority.resolve() if self._files else None

    def _config(self, stand: Stand, files: TlsFiles | None) -> uvicorn.Config:
        return uvicorn.Config(
            stand.application(AdminPages(stand).routes()),
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=2,
            ssl_certfile=str(files.certificate) if files else None,
            ssl_keyfile=str(files.key) if files else None,
        )

    def run(self) -> None:
        """Serve until the process is told to stop."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._close()

    def start(self) -> None:
        """Serve in a thread of its own; returns when the server answers."""
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.daemon = True
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the sandbox's server did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop the thread and close the data."""
        self._server.should_exit = True
        self._server.force_exit = True  # idle keep-alive connections are not waited for
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._close()

    def _close(self) -> None:
        self._socket.close()
        self.stand.close()
