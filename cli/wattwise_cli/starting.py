"""From a preview to an import: showing it, asking which understanding is right, and starting that."""

import sys
from typing import TYPE_CHECKING, Any

import typer

from wattwise_contract.imports import ImportStage
from wattwise_contract.previews import Preview
from wattwise_contract.recipes import Recipe

from .connection import CommandError
from .output import console, print_json
from .previews import print_preview
from .receipts import follow

if TYPE_CHECKING:
    from wattwise_client import Wattwise


def offer_preview(api: "Wattwise", import_id: int, *, choose: int, as_json: bool) -> int:
    """Waits for the preview, shows it, and answers which of its interpretations (from 1) to import: `choose`, or what
    the person at the terminal says. 0 leaves the import as it is, and says how to go on."""
    status = follow(api, import_id, "Reading the files", quiet=as_json)
    preview = Preview.model_validate(status["preview"])
    if as_json and not choose:
        print_json(status)
        return 0
    if not as_json:
        print_preview(preview, import_id, chosen=choose or 1)
    count = len(preview.interpretations)
    if not count:
        raise CommandError(f"There is nothing to import. Forget it with: wattwise imports discard {import_id}")
    if choose > count:
        raise CommandError(_only(import_id, count, choose))
    if choose or (not as_json and sys.stdin.isatty() and console.is_terminal):
        return choose or ask_which(import_id, count)
    _say_how_to_go_on(import_id, count)
    return 0


def start(
    api: "Wattwise", import_id: int, *, choose: int = 0, recipe: Recipe | None = None, remember_as: str = ""
) -> dict[str, Any]:
    """Starts an import as its preview's interpretation `choose` (from 1), or by that recipe; without either as the
    likeliest, or again by the recipe that it had. Raises CommandError."""
    if recipe is None:
        status = api.import_status(import_id)
        ways = Preview.model_validate(status["preview"]).interpretations if status.get("preview") else []
        if choose > len(ways):
            raise CommandError(_only(import_id, len(ways), choose))
        first = 1 if ways and status["stage"] == ImportStage.PREVIEW else 0
        number = choose or first
        recipe = ways[number - 1].recipe if number else Recipe.model_validate(status["recipe"])
    return api.start_import(import_id, recipe, remember_as=remember_as)


def say_under_way(status: dict[str, Any]) -> None:
    console.print(f"Import {status['id']} is under way. Follow it: wattwise jobs show {status['job']['id'][:8]}")


def ask_which(import_id: int, count: int) -> int:
    question = (
        "Import it? y, or Enter to leave it" if count == 1 else f"Import which? 1 to {count}, or Enter to leave it"
    )
    answers = (
        {"": 0, "n": 0} | ({"y": 1} if count == 1 else {}) | {str(number): number for number in range(1, count + 1)}
    )
    while (answer := typer.prompt(f"\n{question}", default="", show_default=False).strip().lower()) not in answers:
        console.print(f"Write {'y' if count == 1 else f'a number from 1 to {count}'}, or nothing.")
    if not answers[answer]:
        _say_how_to_go_on(import_id, count)
    return answers[answer]


def _say_how_to_go_on(import_id: int, count: int) -> None:
    which = f" --choose {'N' if count > 1 else 1}"
    console.print(f"\nImport it:  wattwise imports start {import_id}{which}")
    console.print(f"Forget it:  wattwise imports discard {import_id}")


def _only(import_id: int, count: int, choose: int) -> str:
    return f"Import {import_id} has no understanding number {choose}: its preview offers {count}. See: wattwise imports show {import_id}"
