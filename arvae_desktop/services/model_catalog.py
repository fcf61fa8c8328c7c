"""The models that the server offers, and the one in use."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.domain.requests import DEFAULT_MODEL

if TYPE_CHECKING:
    import asyncio

    from arvae_desktop.domain.requests import Endpoint
    from arvae_desktop.services.connection import Connection
    from arvae_desktop.services.notifier import Notifier
    from arvae_desktop.services.preferences import Preferences
    from arvae_desktop.services.tasks import Tasks

_log = logging.getLogger(__name__)

NOTICE_KIND = "models"
_DEMO_MODEL = "demo/tour"


class ListingClient(Protocol):
    """What the catalogue needs of the wire."""

    async def list_models(self, endpoint: Endpoint) -> list[str]:
        """The server's model ids. Raises `ArvaeError`."""


class ModelCatalog(QObject):
    """Asks the server for its models, once started and again when told to.

    Attributes:
        models: ids in the server's order; empty before the first answer and where the server lists none.

    Signals:
        models_changed: the new list.
        current_changed: the id of the model in use.
    """

    models_changed = Signal(list)
    current_changed = Signal(str)

    def __init__(
        self,
        client: ListingClient,
        connection: Connection,
        preferences: Preferences,
        notifier: Notifier,
        tasks: Tasks,
        *,
        model: str | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`model` is what options and environment say."""
        super().__init__(parent)
        self._client = client
        self._connection = connection
        self._preferences = preferences
        self._notifier = notifier
        self._tasks = tasks
        self._given = model
        self._is_chosen = False
        self._endpoint: Endpoint | None = None
        self._refresh: asyncio.Task[None] | None = None
        self.models: list[str] = []
        self._current = self._usual()

    def start(self) -> None:
        """Ask the server now, and again whenever the connection changes."""
        self._connection.changed.connect(self._on_connection_changed)
        self._on_connection_changed()

    @property
    def current(self) -> str:
        """The model that the next prompt goes to."""
        return self._current

    def choose(self, model: str) -> None:
        """Use a model from now on, and after the next start. It need not be in the list."""
        model = model.strip()
        if model and model != self._current:
            self._given = None
            self._is_chosen = True
            self._set_current(model)
            if self._connection.has_saved_model:
                self._preferences.change(model=model)

    def refresh_if_empty(self) -> None:
        """Ask again, unless there is a list or a question under way: the server may have come back."""
        is_asking = self._refresh is not None and not self._refresh.done()
        if self._endpoint is not None and not self.models and not is_asking:
            self._refresh = self._tasks.spawn(self._load(self._endpoint), name="model list")

    def withdraw_notice(self) -> None:
        """Take back what was said of the list; for when the same is told in another place."""
        self._notifier.withdraw(NOTICE_KIND)

    def _on_connection_changed(self) -> None:
        endpoint = self._connection.endpoint
        if endpoint == self._endpoint:
            return
        self._endpoint = endpoint
        self._is_chosen = False
        if self._refresh is not None:
            self._refresh.cancel()
        self.withdraw_notice()
        self._set_models([])
        if endpoint is not None:
            self._set_current(self._usual())
        if endpoint is not None:
            self._refresh = self._tasks.spawn(self._load(endpoint), name="model list")

    async def _load(self, endpoint: Endpoint) -> None:
        try:
            models = await self._client.list_models(endpoint)
        except ArvaeError as error:
            _log.info("no model list: %s", error.report.kind)
            # Servers need not list their models; what matters is told where it matters, at the answer.
            if error.report.status not in (404, 405, 501):
                self._notifier.warn(
                    f"The list of models could not be loaded: {error.report.title}",
                    error.report.hint,
                    kind=NOTICE_KIND,
                )
            return
        self.withdraw_notice()
        self._set_models(models)
        is_chosen = self._is_chosen or self._given or self._saved()
        if models and not is_chosen and self._current not in models:
            self._set_current(models[0])

    def _usual(self) -> str:
        """The model before the user chooses one in this run."""
        return self._given or self._saved() or (_DEMO_MODEL if self._connection.is_demo else DEFAULT_MODEL)

    def _saved(self) -> str | None:
        """The model that was chosen for this server in an earlier run."""
        return self._preferences.settings.model if self._connection.has_saved_model else None

    def _set_models(self, models: list[str]) -> None:
        self.models = models
        self.models_changed.emit(models)

    def _set_current(self, model: str) -> None:
        if model != self._current:
            self._current = model
            self.current_changed.emit(model)
