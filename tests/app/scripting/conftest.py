import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from app.rules.steps import StepRequest
from app.scripting.session import MonitorFacts, RunFacts, ScriptPool, Session, TemplateFacts

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FACTS = RunFacts(MonitorFacts(7, "Shop", "Ireland"), {"token": "t-1", "user": {"id": 5, "roles": ["a", "b"]}})
TEMPLATE = TemplateFacts(70, "Log in")
REQUEST = StepRequest(
    "POST",
    "https://shop.example/login",
    headers=(("Accept", "text/html"), ("Authorization", "none"), ("Authorization", "oauth2")),
    params=(("page", "1"),),
    body="user=a",
)
GENEROUS = 300  # seconds: no test waits for it


@pytest.fixture
async def pool() -> AsyncIterator[ScriptPool]:
    pool = ScriptPool(2)
    yield pool
    await pool.close()


@asynccontextmanager
async def opened(
    pool: ScriptPool, *, owner: str = "project", facts: RunFacts = FACTS, request: StepRequest = REQUEST
) -> AsyncIterator[Session]:
    """A run whose first step has begun."""
    deadline = asyncio.get_running_loop().time() + GENEROUS
    with pool.session(facts, owner=owner, deadline=deadline, clock=lambda: NOON) as session:
        session.step(TEMPLATE, request)
        yield session
