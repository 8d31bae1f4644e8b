"""Models: the operator's base models and the tuned ones."""

from tsloss_client.objects import Deleted, Model
from tsloss_client.transport import Transport

PATH = "/v1/models"


class Models:
    """What the key's project may tune and has tuned."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> "list[Model]":
        """Return the base models, then the tuned ones, newest first."""
        return self._transport.get_all(PATH, Model)

    def retrieve(self, model_id: str) -> Model:
        """Return a model."""
        return self._transport.get(f"{PATH}/{model_id}", Model)

    def delete(self, model_id: str) -> Deleted:
        """Forget a tuned model. Its job and result files stay."""
        return self._transport.delete(PATH, model_id)
