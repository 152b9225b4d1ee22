"""Orders of runs as messages: compact JSON, compressed where that helps, sealed with the site's secret.

What travels through a broker holds the secrets of monitors, so nobody without the site's secret reads or makes one. To
a process that is ours, plans and results go as JSON in the clear.
"""

import logging
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter

from app.runs.plan import RunOrder, RunPlan
from app.runs.result import RunResult
from app.security.keys import Vault

MAX_MESSAGE_BYTES = 1_000_000
"""A message is split above so much JSON; one order alone may be larger."""

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""More than any one order can come to."""

_WORTH_COMPRESSING = 1_000
_FASTEST = 1
_PLAIN, _COMPRESSED = b"j", b"z"
_PLAN: TypeAdapter[RunPlan] = TypeAdapter(RunPlan)
_RESULT: TypeAdapter[RunResult] = TypeAdapter(RunResult)
_ORDER: TypeAdapter[RunOrder] = TypeAdapter(RunOrder)
_ORDERS: TypeAdapter[list[RunOrder]] = TypeAdapter(list[RunOrder])

_log = logging.getLogger(__name__)


def pack_orders(vault: Vault, orders: Sequence[RunOrder]) -> list[str]:
    """Return the messages that carry these orders; one that cannot be written is logged and left out."""
    written = [_written(order) for order in orders]
    return _packed(vault, [content for content in written if content is not None])


def unpack_orders(vault: Vault, message: str) -> list[RunOrder]:
    """Return the orders that a message carries; ValueError when it is not one of this site's."""
    sealed = vault.unseal(message)
    how, content = sealed[:1], sealed[1:]
    if how == _COMPRESSED:
        content = _inflated(content)
    elif how != _PLAIN:
        raise ValueError("A message was packed in a way that this version does not know.")
    try:
        return _ORDERS.validate_json(content)
    except ValueError as error:
        raise ValueError(f"A message holds what this version does not know: {_where(error)}.") from None


def plan_json(plan: RunPlan) -> bytes:
    """Return a plan in the clear, for a process that is ours; ValueError when it cannot be written."""
    return _PLAN.dump_json(plan)


def plan_of(content: bytes) -> RunPlan:
    """Read what `plan_json` wrote."""
    return _PLAN.validate_json(content)


def result_json(result: RunResult) -> bytes:
    """Return a result in the clear, for a process that is ours; ValueError when it cannot be written."""
    return _RESULT.dump_json(result)


def result_of(content: bytes) -> RunResult:
    """Read what `result_json` wrote."""
    return _RESULT.validate_json(content)


def _written(order: RunOrder) -> bytes | None:
    try:
        return _ORDER.dump_json(order)
    except ValueError as error:
        # Not the error's own words: they may hold what it could not write.
        _log.error("The run of %s cannot be put into a message (%s)", order.claim, type(error).__name__)
        return None


def _packed(vault: Vault, contents: Sequence[bytes]) -> list[str]:
    return [vault.seal(_compressed(b"[" + b",".join(batch) + b"]")) for batch in _batches(contents)]


def _batches(contents: Sequence[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for content in contents:
        if batch and size + len(content) > MAX_MESSAGE_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(content)
        size += len(content)
    if batch:
        yield batch


def _compressed(content: bytes) -> bytes:
    if len(content) < _WORTH_COMPRESSING:
        return _PLAIN + content
    return _COMPRESSED + zlib.compress(content, _FASTEST)


def _inflated(content: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        inflated = unpacker.decompress(content, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise ValueError("A message is damaged.") from error
    if not unpacker.eof:
        raise ValueError("A message is damaged, or too large.")
    return inflated


def _where(error: Any) -> str:
    """Name the first place that is wrong, and not what is there: it may be secret."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))} ({first['type']})"
