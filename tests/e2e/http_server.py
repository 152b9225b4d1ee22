"""A real HTTP server in a thread, which keeps every request."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class HttpServer:
    """Keeps (method, path, body) of each request and answers with `status` and `body`; both may be changed."""

    def __init__(self) -> None:
        self.status = 200
        self.body = ""
        self.requests: list[tuple[str, str, str]] = []
        self._arrived = threading.Condition()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                with server._arrived:
                    server.requests.append((self.command, self.path, sent))
                    server._arrived.notify_all()
                body = server.body.encode()
                self.send_response(server.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST  # noqa: N815 - its base's name

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
