"""Contacts: what requests mean, and how they are written (specs/apiscience.md section 13)."""

from collections.abc import Mapping
from typing import Any

from app.channels.registry import channel_kind
from app.errors import InvalidInput
from app.rules.check_settings import LONGEST_NAME, checked_text
from app.store.channel_settings import checked_settings
from app.store.check_changes import UNSET
from app.store.parts import Listed
from app.store.single_contacts import SETTINGS, SingleContact, SingleContactChanges
from graphql_api.resolvers import single_contacts
from rest_compat.apiscience import envelope, paging
from rest_compat.apiscience.arguments import number_in
from rest_compat.apiscience.dialect import json_object
from rest_compat.apiscience.envelope import Written
from rest_compat.apiscience.members import Members, text
from rest_compat.apiscience.words import stamp
from rest_compat.routing import Call

TYPES = tuple(SETTINGS)
"""What a contact may be: how it is reached."""


def new_contact(body: Any) -> SingleContactChanges:
    """Return what a new contact is to be; Faulty names all that is missing or wrong."""
    return _contact(Members(body), is_new=True)


def contact_changes(body: Any) -> SingleContactChanges:
    """Return what is to become of a contact; Faulty names all that is wrong."""
    return _contact(Members(body), is_new=False)


def _contact(members: Members, *, is_new: bool) -> SingleContactChanges:
    needed = members.need if is_new else members.take
    changes = SingleContactChanges(
        label=members.take("label", _label, default=""), kind=needed("type", _type), value=needed("value", text)
    )
    if changes.kind is not UNSET and changes.value is not UNSET:
        try:
            checked_settings(changes.kind, channel_kind(changes.kind).from_value(changes.value, {}))
        except InvalidInput as error:
            members.blame(("value",), error.message.removeprefix(f"{SETTINGS[changes.kind]}: "))
    members.refuse_faulty()
    return changes


def _label(value: Any) -> str:
    try:
        return checked_text(text(value), "label", LONGEST_NAME)
    except InvalidInput as error:
        raise InvalidInput(error.message) from error


def _type(value: Any) -> str:
    kind = text(value)
    if kind not in SETTINGS:
        raise InvalidInput(f"is none of {', '.join(TYPES)}")
    return kind


def contact_object(found: SingleContact) -> Written:
    """Write a contact."""
    contact = found.contact
    return {
        "id": contact.id,
        "label": contact.name or None,
        "type": found.channel.kind,
        "value": found.value,
        "createdAt": stamp(contact.created_at),
        "updatedAt": stamp(contact.updated_at or contact.created_at),
    }


async def some(call: Call) -> Mapping[str, Any]:
    """Return which part of the list is wanted."""
    return {"part": paging.part(call)}


async def named(call: Call) -> Mapping[str, Any]:
    """Name a contact."""
    return {"contact_id": number_in(call, "contact")}


async def made(call: Call) -> Mapping[str, Any]:
    """Return what a new contact is to be."""
    return {"changes": new_contact(json_object(call))}


async def changed(call: Call) -> Mapping[str, Any]:
    """Return which contact is changed and how; one that is not there is told before what is wrong with the change."""
    try:
        return {**await named(call), "changes": contact_changes(json_object(call))}
    except InvalidInput:
        await single_contacts.single_contact_get(call.ctx, **await named(call))
        raise


async def contact(_call: Call, found: SingleContact) -> Written:
    """Answer with one contact."""
    return envelope.one(contact_object(found))


async def contacts(call: Call, found: Listed[SingleContact]) -> Written:
    """Answer with contacts."""
    links = paging.links_if_asked(call, "/contacts", found.total, found.at_most_id)
    return envelope.many([contact_object(each) for each in found.items], pagination=links)
