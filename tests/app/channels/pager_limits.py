"""What pagers, tickets and phones take at the most, as their documentation says."""

import json
from xml.etree import ElementTree as ET


def utf16_units(text):
    return len(text.encode("utf-16-le")) // 2


def texts_fit(measure=len, **limits):
    def fits(payload, size):
        assert [name for name, limit in limits.items() if measure(payload.get(name, "")) > limit] == []

    return fits


def tags_fit(tags):
    assert len(tags) <= 20
    assert [tag for tag in tags if not 0 < len(tag) <= 50] == []


def event_fits(payload, size):
    assert size <= 512 * 1024
    assert len(payload["dedup_key"]) <= 255
    assert payload["event_action"] == "resolve" or 0 < len(payload["payload"]["summary"]) <= 1024


def opsgenie_alert_fits(payload, size):
    texts_fit(message=130, alias=512, description=15_000, note=25_000)(payload, size)
    tags_fit(payload.get("tags", ()))


def pagertree_alert_fits(payload, size):
    tags_fit(payload["Tags"])
    assert payload["Title"]
    assert payload["Description"]


def issue_fits(payload, size):
    texts_fit(title=256, body=65_536)(payload, size)
    assert payload["body"].count("```") == 2


def card_fits(payload, size):
    texts_fit(name=16_384, desc=16_384)(payload, size)
    assert payload["desc"].count("```") == 2


def template_fits(payload, size):
    variables = json.loads(payload["ContentVariables"]).values()
    assert [text for text in variables if text.splitlines() != [text] or "\t" in text or " " * 5 in text] == []


def call_fits(payload, size):
    texts_fit(utf16_units, Twiml=4000)(payload, size)
    [say] = ET.fromstring(payload["Twiml"])
    assert (say.tag, list(say)) == ("Say", [])
    assert say.text.startswith("This is Heliograph.")


PAGER_LIMITS = {
    "call": call_fits,
    "github": issue_fits,
    "opsgenie": opsgenie_alert_fits,
    "pagerduty": event_fits,
    "pagertree": pagertree_alert_fits,
    "sms": texts_fit(utf16_units, Body=1600),
    "spike": texts_fit(title=255),
    "splunk_oncall": texts_fit(entity_display_name=255, state_message=20_480),
    "trello": card_fits,
    "whatsapp": template_fits,
}
