"""What runs on the commit thread is done before its caller goes on, however that ends."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from app.db.commit_thread import CommitThread


@pytest.fixture
def thread() -> Iterator[CommitThread]:
    made = CommitThread()
    yield made
    made.close()


async def test_work_is_done_elsewhere(thread: CommitThread) -> None:
    ran_on: list[str] = []

    for _ in range(3):
        await thread.run(lambda: ran_on.append(threading.current_thread().name))

    assert ran_on == ["commit"] * 3


async def test_an_error_is_the_callers_and_the_next_work_is_done(thread: CommitThread) -> None:
    def fail() -> None:
        raise OSError("disk full")

    done: list[bool] = []

    with pytest.raises(OSError, match="disk full"):
        await thread.run(fail)
    await thread.run(lambda: done.append(True))

    assert done == [True]


async def test_a_cancelled_caller_is_let_go_when_the_work_is_done(thread: CommitThread) -> None:
    begun, allowed = threading.Event(), threading.Event()
    done: list[bool] = []

    def work() -> None:
        begun.set()
        allowed.wait(20)
        done.append(True)

    task = asyncio.create_task(thread.run(work))
    await asyncio.to_thread(begun.wait, 20)
    task.cancel()
    asyncio.get_running_loop().run_in_executor(None, allowed.set)

    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [True]


async def test_a_closed_thread_starts_again_when_needed(thread: CommitThread) -> None:
    done: list[bool] = []

    thread.close()
    await thread.run(lambda: done.append(True))
    thread.close()
    await thread.run(lambda: done.append(True))

    assert done == [True, True]
