"""The site: what every part of one process shares."""

from dataclasses import dataclass, field

from app.channels.gateway import Gateway, parse_smtp_url
from app.clock import Clock
from app.db.engine import Database
from app.runs.runner import Runner
from app.runs.trial import Trials
from app.security.keys import Vault
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """Settings, clock, database and the site's secret, made once by the composition root."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    trials: Trials = field(init=False, repr=False, compare=False)
    """Test runs in this process; whoever opens the site closes them at its end."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "trials", Trials(self._runner))

    def _runner(self) -> Runner:
        return Runner(allow_private=self.settings.allow_private_targets, clock=self.clock)

    @property
    def site_root(self) -> str:
        """Where people reach this server, without a slash at the end."""
        return self.settings.site_root.rstrip("/")

    @property
    def ping_root(self) -> str:
        """Where clients send pings, with a slash at the end."""
        root = self.settings.ping_root or f"{self.site_root}/ping/"
        return root if root.endswith("/") else f"{root}/"

    @property
    def gateway(self) -> Gateway:
        """The way out for channels."""
        return Gateway(
            mail_server=parse_smtp_url(self.settings.smtp_url.get_secret_value()),
            mail_from=self.settings.mail_from,
            site_root=self.site_root,
            allow_private=self.settings.allow_private_targets,
            shell_allowed=self.settings.shell_channels,
            clock=self.clock,
        )
