"""What probes are aimed at: a server that answers every request alike, by HTTP and by HTTPS, in a process of its own.

`python -m bench.probe_target CERTIFICATE KEY` prints the two ports and serves until it is ended.
"""

import asyncio
import ssl
import sys
from typing import cast

import uvloop

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 60\r\nConnection: close\r\n\r\n" + b"x" * 60
_BACKLOG = 1024


class _Target(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        # A probe's request is one small piece; what comes after it belongs to nothing.
        if data.endswith(b"\r\n\r\n"):
            self._transport.write(_ANSWER)
            self._transport.close()


async def _serve(certificate: str, key: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    plain = await loop.create_server(_Target, "127.0.0.1", 0, backlog=_BACKLOG)
    secure = await loop.create_server(_Target, "127.0.0.1", 0, backlog=_BACKLOG, ssl=context)
    print(*(server.sockets[0].getsockname()[1] for server in (plain, secure)), flush=True)
    await asyncio.gather(plain.serve_forever(), secure.serve_forever())


if __name__ == "__main__":
    uvloop.run(_serve(*sys.argv[1:]))
