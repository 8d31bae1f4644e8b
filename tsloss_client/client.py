"""The entry: a service, by its address and a key."""

from types import TracebackType
from typing import Self

from tsloss_client.analyses import Analyses
from tsloss_client.experiments import Experiments
from tsloss_client.files import Files
from tsloss_client.jobs import Jobs
from tsloss_client.models import Models
from tsloss_client.transport import Transport
from tsloss_client.webhooks import Webhooks


class Client:
    """A connection to a service. `base_url` is its address, with or without `/v1`.

    What is left out is read from TSLOSS_BASE_URL and TSLOSS_API_KEY; UnreachableError names what is
    missing. Every call raises UnreachableError if no answer comes within `timeout` seconds a try
    (`wait` and `poll` bear that for their `patience`), RefusedError for a 4xx and FaultError for
    what the service is to blame for.
    """

    def __init__(
        self, base_url: str | None = None, api_key: str | None = None, timeout: float = 60.0
    ) -> None:
        self._transport = Transport(base_url, api_key, timeout)
        self.files = Files(self._transport)
        self.jobs = Jobs(self._transport, self.files)
        self.analyses = Analyses(self._transport)
        self.experiments = Experiments(self._transport)
        self.models = Models(self._transport)
        self.webhooks = Webhooks(self._transport)

    @property
    def base_url(self) -> str:
        """The service's address."""
        return self._transport.base_url

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
