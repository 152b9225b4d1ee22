"""A real DNS server on this machine that answers as a test says."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Self

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

SILENT = "SILENT"
BROKEN = "BROKEN"


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """`answers` has the addresses of each name, a list for each time that it is asked about; the last is repeated.

    SILENT or BROKEN stand for an address family that is not answered, or by SERVFAIL.
    """

    answers: dict[str, list[list[str]]] = field(default_factory=dict)
    delay: float = 0
    questions: list[tuple[str, str]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._asked: dict[tuple[str, str], int] = defaultdict(int)
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()

    @property
    def upstream(self) -> dns.asyncresolver.Resolver:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self._port
        return resolver

    def datagram_received(self, data, sender):
        query = dns.message.from_wire(data)
        reply = self._reply(query)
        if reply is not None:
            asyncio.get_running_loop().call_later(self.delay, self._send, reply.to_wire(), sender)

    def _send(self, data, sender):
        if not self._transport.is_closing():
            self._transport.sendto(data, sender)

    def _reply(self, query):
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name
        self.questions.append((name, kind))
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if name not in self.answers:
            reply.set_rcode(dns.rcode.NXDOMAIN)
            return reply
        times, self._asked[name, kind] = self._asked[name, kind], self._asked[name, kind] + 1
        addresses = self.answers[name][min(times, len(self.answers[name]) - 1)]
        if f"{SILENT} {kind}" in addresses:
            return None
        if f"{BROKEN} {kind}" in addresses:
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply
        fitting = [address for address in addresses if " " not in address and (":" in address) == (kind == "AAAA")]
        if fitting:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *fitting))
        return reply
