"""Sources: where readings come from by themselves, with settings, secrets and a rhythm of their own."""

from collections.abc import Iterator, Mapping
from datetime import date

from wattwise_contract.recipes import Recipe

from .records import Record, Records


class Sources(Records):
    def source_kinds(self) -> list[Record]:
        """What can be connected: each kind with the JSON Schema of its settings, in which `writeOnly` marks a secret."""
        found: list[Record] = self._door.send("GET", "/api/source-kinds/").json()
        return found

    def sources(self, *, organization_id: int | None = None) -> Iterator[Record]:
        """Where readings come from, each with the recipe that it remembers and how fresh it is. Never with secrets."""
        return self._pages("/api/sources/", organization=organization_id)

    def source(self, source_id: int) -> Record:
        return self._record("GET", f"/api/sources/{source_id}/")

    def create_source(
        self,
        *,
        organization_id: int,
        kind: str,
        name: str,
        config: Mapping[str, object],
        secrets: Mapping[str, str] | None = None,
        recipe: Recipe | None = None,
        every: str | None = None,
    ) -> Record:
        """Makes a draft, which nobody asks until it is started. `every` is an ISO 8601 duration: its kind's own without,
        "" for only when somebody wants it. Raises Refused, whose `fields` names the settings that do not fit."""
        body: Record = {"organization": organization_id, "kind": kind, "name": name, "config": dict(config)}
        body |= {"secrets": dict(secrets or {}), "recipe": recipe or Recipe(), "every": every}
        return self._post("/api/sources/", body)

    def change_source(
        self,
        source_id: int,
        *,
        name: str | None = None,
        config: Mapping[str, object] | None = None,
        secrets: Mapping[str, str | None] | None = None,
        recipe: Recipe | None = None,
        every: str | None = None,
        state: str | None = None,
    ) -> Record:
        """Changes what is given. `config` replaces all settings; of `secrets` those that are named, None removes one.
        `state` is active or paused."""
        wish = {
            "name": name, "config": config, "secrets": secrets, "recipe": recipe, "every": every, "state": state,
        }  # fmt: skip
        body = {name: value for name, value in wish.items() if value is not None}
        return self._record("PATCH", f"/api/sources/{source_id}/", body=body)

    def remove_source(self, source_id: int) -> None:
        """What it brought stays; its secrets are gone."""
        self._door.send("DELETE", f"/api/sources/{source_id}/")

    def preview_source(self, source_id: int) -> Record:
        """Fetches a sample and shows what would be stored: an import to be started, or discarded."""
        return self._post(f"/api/sources/{source_id}/preview/", {})

    def start_source(self, source_id: int, recipe: Recipe | None = None) -> Record:
        """Starts a draft without a preview; its first import is its `last_import`, unless it is listened to."""
        return self._post(f"/api/sources/{source_id}/start/", {} if recipe is None else {"recipe": recipe})

    def fetch_source(self, source_id: int, *, since: date | None = None) -> Record:
        """Asks it now, or once more for everything since a day. Answers the import, which is gone at its end where there
        was nothing new and no person asked."""
        return self._post(f"/api/sources/{source_id}/fetch/", {} if since is None else {"since": since})

    def read_source_again(self, source_id: int) -> Record:
        """Reads its failed imports once more by its present recipe: how many were `started`, and the numbers of those to
        `undo_first`, since they had stored something."""
        return self._post(f"/api/sources/{source_id}/read-again/", {})
