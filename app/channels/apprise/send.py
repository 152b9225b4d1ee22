"""Telling by apprise: by its plugin for the service, in a thread, bounded in time, its words kept from the logs."""

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from app.channels.apprise.services import SERVICES
from app.channels.apprise.settings import Settings, service_of
from app.channels.gateway import Gateway
from app.channels.message import AlertEvent, AlertMessage, DeliveryError
from app.channels.wording import plain_text, subject

DEADLINE_SECONDS = 30.0
_CONNECT_SECONDS = 5.0
_READ_SECONDS = 10.0
_BODY_CHARACTERS = 2000

_TYPES = {
    AlertEvent.DOWN: "failure",
    AlertEvent.REMINDER: "warning",
    AlertEvent.UP: "success",
    AlertEvent.TEST: "info",
}
_STATUS = re.compile(r"\berror=([1-5]\d\d)\b")

# Not the loop's own threads: there the names of hosts are resolved, which a slow service must not hold up.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="apprise")


async def send(settings: Settings, message: AlertMessage, gateway: Gateway) -> None:
    """Send by the service's plugin, once: apprise does not say which failures are worth another try at once."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            told, said = await asyncio.get_running_loop().run_in_executor(
                _threads, _notify, settings.url, message, gateway.site_root
            )
    except TimeoutError:
        raise DeliveryError("Connection timed out") from None
    if not told:
        status = _STATUS.search(said)
        raise DeliveryError(f"Received status code {status[1]}" if status else "The service did not take the message")


def _notify(url: str, message: AlertMessage, site_root: str) -> tuple[bool, str]:
    """Send within this thread; return whether that worked, and what the plugin said of it (it may hold secrets)."""
    words = _Words()
    plugin = _plugin(url, site_root)
    plugin.logger = words.logger
    # Settings of the URL may not outlast our deadline, or go without TLS.
    plugin.socket_connect_timeout, plugin.socket_read_timeout = _CONNECT_SECONDS, _READ_SECONDS
    plugin.verify_certificate = True
    told = plugin.notify(
        title=subject(message),
        body=plain_text(message, _BODY_CHARACTERS),
        notify_type=_TYPES[message.event],
        body_format="text",
    )
    return bool(told), words.text


def _plugin(url: str, site_root: str) -> Any:
    """Return the service's plugin with what the URL says; DeliveryError when that is not what the service needs."""
    service = service_of(url)
    kind = _plugin_class(service)
    try:
        parsed = kind.parse_url(url)
        return kind(**parsed, asset=_asset(site_root)) if parsed else _refuse_url(service)
    except TypeError:
        return _refuse_url(service)


def _refuse_url(service: str) -> Any:
    raise DeliveryError(f"The URL is not what apprise needs for {service}://")


def _plugin_class(service: str) -> Any:
    """Load the module of this one service: all of apprise would take tens of megabytes and a second."""
    base = import_module("apprise.plugins.base").NotifyBase
    module = import_module(f"apprise.plugins.{SERVICES[service]}")
    # What is said outside of a plugin, and how urllib3 writes down each URL, is nobody's business.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    return next(
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, base) and found.__module__ == module.__name__
    )


def _asset(site_root: str) -> Any:
    """Return what apprise tells of the sender, without pictures of other hosts."""
    asset = import_module("apprise.asset").AppriseAsset(storage_mode="memory")
    asset.app_id = asset.app_desc = "Heliograph"
    asset.app_url = site_root
    asset.image_url_mask = asset.image_url_logo = ""
    return asset


class _Words(logging.Handler):
    """A logger of its own for one message: what is said through it reaches no log."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.logger = logging.Logger("apprise of one message", logging.WARNING)  # noqa: LOG001 - known to nobody else
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is said, and no more of it than says why."""
        self.text = f"{self.text}\n{record.getMessage()}"[:2000]
