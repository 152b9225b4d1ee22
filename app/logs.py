"""Logs: one line an event on standard error, readable on a terminal and JSON elsewhere."""

import logging
import sys

import structlog


def set_up_logs(level: str) -> None:
    """Send what every library logs through one renderer; `level` is a name such as `INFO`."""
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_colour,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("alembic", "dramatiq", "mail.log"):  # the last is aiosmtpd's, which would log recipients: ping keys
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))


def _without_colour(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Drop uvicorn's second copy of a message, which is meant for its own terminal."""
    event.pop("color_message", None)
    return event
