"""A real HTTP server that keeps every request."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class Hook:
    """Keeps (method, path, body) of each request; `wait_for` returns once so many are there."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, str]] = []
        self._arrived = threading.Condition()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                with hook._arrived:
                    hook.requests.append((self.command, self.path, body))
                    hook._arrived.notify_all()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Keep the output of the tests clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def wait_for(self, count: int, seconds: float = 60) -> list[tuple[str, str, str]]:
        """Return the requests once `count` of them are there; fails when they do not come."""
        deadline = time.monotonic() + seconds
        with self._arrived:
            while len(self.requests) < count:
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise AssertionError(f"{len(self.requests)} of {count} requests came")
            return list(self.requests)
