"""The JavaScript engine of one monitor run, wherever it lives: made when it is needed, made again when it was lost.

A script of somebody else can take the child process down in which the engine lives. What ran in it so far is kept here
as a journal, and runs again in another child. Clock and chance of a script come from its task, so the same journal
leads to the same state (decision 0014).
"""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import orjson

from app.errors import Unavailable
from app.scripting.answer import Answer, BadAnswer, read_answer
from app.scripting.child import Ask, Reply
from app.scripting.process import CPU_SECONDS, MAX_TASK_BYTES, WALL_SECONDS, Child, EngineLost, OverLimit
from app.scripting.slots import Slot, Slots

Task = dict[str, Any]
"""What glue.js's `begin` reads."""

_AGAIN = 2  # times the limits for what ended within them before, on a machine that may be busier now


class RunEngine:
    """The engine of the monitor run `number`; `deadline` is that of the run, by the event loop's clock."""

    def __init__(self, slots: Slots, *, number: int, owner: str, deadline: float) -> None:
        self._slots = slots
        self._number = number
        self._owner = owner
        self._deadline = deadline
        self._journal: list[Task] = []
        self._slot: Slot | None = None
        self._child: Child | None = None

    async def run(self, task: Task) -> Answer:
        """Run a task and return what came of it.

        Raises `OverLimit` when it was stopped, and then nothing of it is left; `Unavailable` when it did not run for
        reasons that are ours.
        """
        slot = self._slot if self._slot and self._child and self._slot.holds(self._child) else self._slots.least_busy()
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout_at(self._deadline):
                    await stack.enter_async_context(slot.turns.turn(self._owner))
            except TimeoutError:
                raise Unavailable("The run's time was over before its script had a turn") from None
            self._slot = slot
            answer = await self._run_in(await slot.living_child(), task)
        self._journal.append(task)
        return answer

    def close(self) -> None:
        """Forget the engine."""
        if self._child:
            self._child.drop(self._number)
        self._child = None
        self._journal.clear()

    async def _run_in(self, child: Child, task: Task) -> Answer:
        if self._child is not child:
            await self._restore(child)
        try:
            try:
                return self._read(await self._ask(child, task))
            except EngineLost:  # others needed the memory
                await self._restore(child)
                return self._read(await self._ask(child, task))
        except OverLimit:
            self._child = None
            child.drop(self._number)
            raise

    async def _restore(self, child: Child) -> None:
        """Run again in `child` what ran so far."""
        for position, task in enumerate(self._journal):
            try:
                ask = Ask.NEXT if position else Ask.FIRST
                await child.ask(
                    ask, self._number, orjson.dumps(task), wall=WALL_SECONDS * _AGAIN, cpu=CPU_SECONDS * _AGAIN
                )
            except (OverLimit, TimeoutError) as error:
                raise Unavailable("What earlier scripts of the run did could not be restored") from error
        self._child = child

    async def _ask(self, child: Child, task: Task) -> bytes:
        try:
            encoded = orjson.dumps(task)
        except orjson.JSONEncodeError:
            raise OverLimit("what the script is to see is not valid Unicode") from None
        if len(encoded) > MAX_TASK_BYTES:
            raise OverLimit(f"what the script is to see has more than {MAX_TASK_BYTES // 2**20} MiB")
        left = self._deadline - asyncio.get_running_loop().time()
        try:
            ask = Ask.NEXT if self._journal else Ask.FIRST
            return await child.ask(ask, self._number, encoded, wall=max(0, min(WALL_SECONDS, left)))
        except TimeoutError:
            if left < WALL_SECONDS:
                raise OverLimit("the run's time was over before the script ended") from None
            raise OverLimit(f"the script ran longer than {WALL_SECONDS:g} s") from None

    @staticmethod
    def _read(text: bytes) -> Answer:
        try:
            answer = read_answer(text)
        except BadAnswer:
            raise OverLimit.by(Reply.BROKEN) from None
        if answer.out_of_memory:
            raise OverLimit.by(Reply.OUT_OF_MEMORY)
        return answer
