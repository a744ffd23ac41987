"""Recipes as they are written on a command line and in files."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from wattwise_contract.recipes import CalorificValue, Recipe

from .connection import CommandError

if TYPE_CHECKING:
    from wattwise_client import Wattwise


def recipe_in(file: Path | None) -> Recipe:
    """The recipe that a JSON file holds; an open one without a file. Raises CommandError."""
    if file is None:
        return Recipe()
    try:
        return Recipe.model_validate_json(file.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "It is no text"
        raise CommandError(f"{file.name} holds no recipe: {reason}. See docs/reference/commands.md.") from error


def calorific_value(text: str) -> CalorificValue:
    """DATE=MJ, or MJ alone for always; the volume's correction may follow behind a comma. Raises CommandError."""
    since, _, numbers = text.rpartition("=")
    energy, _, correction = numbers.partition(",")
    try:
        return CalorificValue.model_validate(
            {"valid_from": date.fromisoformat(since) if since else None, "mj_per_m3": energy}
            | ({"volume_correction": correction} if correction else {})
        )
    except ValueError as error:
        raise CommandError(f"{text!r} is no calorific value. Write 39.4, or 2024-01-01=39.4 (MJ/m³).") from error


def source_named(api: "Wattwise", name: str, organization_id: int) -> int | None:
    """The id of the source that is called so; None for no name. Raises CommandError."""
    if not name:
        return None
    known = {source["name"]: int(source["id"]) for source in api.sources(organization_id=organization_id)}
    if name not in known:
        raise CommandError(f"There is no source {name!r}. Known are: {', '.join(known) or 'none yet'}.")
    return known[name]
