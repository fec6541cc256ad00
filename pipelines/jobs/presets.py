"""House styles: named choices of a tenant, kept to be used again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fashion_models.errors import NotFoundError
from fashion_models.pipelines.jobs.tables import Database, presets


class Presets:
    """Presets of all tenants.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, tenant: str) -> dict[str, dict[str, Any]]:
        """A tenant's presets by name."""
        query = presets.select().where(presets.c.tenant == tenant).order_by(presets.c.name)
        with self._database.read() as connection:
            return {row.name: row.value for row in connection.execute(query)}

    def save(self, tenant: str, name: str, value: Mapping[str, Any]) -> None:
        """Keep a preset; one of the same name is replaced."""
        mine = (presets.c.tenant == tenant, presets.c.name == name)
        with self._database.write() as connection:
            connection.execute(presets.delete().where(*mine))
            connection.execute(presets.insert().values(tenant=tenant, name=name, value=dict(value)))

    def delete(self, tenant: str, name: str) -> None:
        """Forget a preset.

        Raises:
            NotFoundError: There is no such preset.
        """
        mine = (presets.c.tenant == tenant, presets.c.name == name)
        with self._database.write() as connection:
            if connection.execute(presets.delete().where(*mine)).rowcount == 0:
                raise NotFoundError(f"there is no preset '{name}';", cure="list the presets.")
