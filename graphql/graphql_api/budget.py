"""The budget of one request: how many nodes its operations may touch at worst (GRAPHQL.md section 2)."""

from dataclasses import dataclass

QUERY_BUDGET = 5000
"""Nodes that the operations of one request may cost together."""


@dataclass(slots=True)
class Budget:
    """What one request has left; the operations of a batch share it."""

    total: int = QUERY_BUDGET
    spent: int = 0

    @property
    def remaining(self) -> int:
        """What may still be spent."""
        return self.total - self.spent

    def spend(self, cost: int) -> bool:
        """Pay the cost, or nothing and return False when it is more than what remains."""
        if cost > self.remaining:
            return False
        self.spent += cost
        return True
