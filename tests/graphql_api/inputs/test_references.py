"""Ids come in two forms: as this API gives them, and as the command and the REST APIs print them."""

import pytest

from app.errors import NotFound
from app.ids import global_id, unique_key
from app.store.checks import CheckRef
from graphql_api.inputs.references import check_ref, uuid_of

UUID = "5a4e6b8c-1f2d-4c3b-9a8e-7d6c5b4a3f2e"


@pytest.mark.parametrize("given", [UUID, global_id("Project", UUID)])
def test_a_uuid_names_what_its_global_id_names(given: str) -> None:
    assert uuid_of(given, "Project") == UUID


@pytest.mark.parametrize("given", [UUID, global_id("Check", UUID)])
def test_a_check_goes_by_its_uuid(given: str) -> None:
    assert check_ref(given) == CheckRef(uuid=UUID)


@pytest.mark.parametrize("given", [unique_key(UUID), global_id("Check", unique_key(UUID))])
def test_a_check_goes_by_its_unique_key(given: str) -> None:
    assert check_ref(given) == CheckRef(unique_key=unique_key(UUID))


@pytest.mark.parametrize("given", ["", "nonsense", UUID.upper(), global_id("Channel", UUID), global_id("Check", "x")])
def test_what_names_nothing_is_not_found(given: str) -> None:
    with pytest.raises(NotFound):
        check_ref(given)
    with pytest.raises(NotFound):
        uuid_of(given, "Project")
