"""A kind of channel gets its input type from its own settings."""

from enum import StrEnum
from typing import Annotated, Literal

import pytest
import strawberry
from pydantic import Field

from app.channels.kind import ChannelKind, ChannelSettings, Secret, keeps_still, without_secrets
from graphql_api.inputs.channel_settings import settings_input


class Region(StrEnum):
    EU = "eu"
    US = "us"


class Settings(ChannelSettings):
    token: Secret = Field(description="What lets us in.")
    dialled_number: Annotated[str, Field(max_length=20, description="Whom to call.")]
    priority: int = Field(default=3, ge=1, le=5, description="How loud.")
    silent: bool = Field(default=False, description="Whether to keep quiet.")
    region: Region = Field(default=Region.EU, description="Where.")
    method: Literal["GET", "POST"] = Field(default="POST", description="How.")
    level: Literal[1, 2] | None = Field(default=None, description="Of which weight.")
    rooms: list[Annotated[str, Field(max_length=9)]] = Field(
        default_factory=list, max_length=3, description="Where to."
    )


async def send(*_arguments: object) -> None: ...


def kind_of(settings: type[ChannelSettings]) -> ChannelKind:
    return ChannelKind("A horn on a hill.", settings, lambda *_: {}, send, keeps_still, without_secrets)


def test_each_setting_becomes_a_field_with_its_type_default_and_description() -> None:
    made = settings_input("big_horn", kind_of(Settings))

    @strawberry.type
    class Query:
        @strawberry.field
        def blow(self, settings: made) -> str:
            return repr(settings.settings())

    schema = strawberry.Schema(Query)
    assert (
        schema.as_str()
        == '''"""A horn on a hill."""
input BigHornSettingsInput {
  """What lets us in."""
  token: String!

  """Whom to call."""
  dialledNumber: String!

  """How loud."""
  priority: Int! = 3

  """Whether to keep quiet."""
  silent: Boolean! = false

  """Where. One of: eu, us."""
  region: String! = "eu"

  """How. One of: GET, POST."""
  method: String! = "POST"

  """Of which weight. One of: 1, 2."""
  level: Int = null

  """Where to."""
  rooms: [String!]! = []
}

type Query {
  blow(settings: BigHornSettingsInput!): String!
}'''
    )
    answer = schema.execute_sync('{ blow(settings: {token: "t", dialledNumber: "1", rooms: ["a"]}) }')
    assert answer.errors is None
    given = eval(answer.data["blow"])
    assert given["rooms"] == ["a"]
    assert (
        Settings.model_validate(given).model_dump() == Settings(token="t", dialled_number="1", rooms=["a"]).model_dump()
    )


def test_a_setting_is_found_in_the_input_by_the_inputs_own_name() -> None:
    made = settings_input("big_horn", kind_of(Settings))

    assert made.place(made(token="t", dialled_number="1"), ("dialled_number",)) == ["dialledNumber"]
    assert made.place(made(token="t", dialled_number="1"), ("rooms", "0")) == ["rooms", "0"]


def test_a_setting_that_no_field_can_hold_is_named() -> None:
    class Odd(ChannelSettings):
        headers: dict[str, str] = Field(description="x")

    with pytest.raises(TypeError, match=r"big_horn\.headers"):
        settings_input("big_horn", kind_of(Odd))
