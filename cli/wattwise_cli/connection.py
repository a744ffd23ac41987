"""Where commands find their platform: the one of this machine's home, or a remote one by address and token."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from wattwise_cli.platform import secrets, settings
from wattwise_cli.platform.errors import PlatformError
from wattwise_cli.platform.home import find_home

if TYPE_CHECKING:
    from wattwise_client import Wattwise
    from wattwise_client.data import Organization

PATIENCE = timedelta(seconds=5)  # a person waits


class CommandError(PlatformError):
    """What was asked for cannot be done; the text says why and what to do."""


def connect(home: Path | None = None, *, patience: timedelta = PATIENCE) -> "Wattwise":
    """Opens the platform at WATTWISE_URL with WATTWISE_TOKEN where they are set, else that of the home with the
    operator's token. Raises SettingsMissing or CommandError."""
    import stamina.instrumentation

    from wattwise_client import Wattwise

    stamina.instrumentation.set_on_retry_hooks([])  # whoever gives up says so; standard output belongs to the command
    url = "" if home else os.environ.get("WATTWISE_URL", "")
    if not url:
        place = find_home(home)
        address = settings.load(place).backend_url  # without the web server between: one thing less that may be down
        return Wattwise(address, secrets.load(place).tokens["operator"], patience=patience)
    token = os.environ.get("WATTWISE_TOKEN")
    if not token:
        raise CommandError(
            "WATTWISE_URL is set, but not WATTWISE_TOKEN. Make a token on that platform (Settings, Tokens) and set it."
        )
    try:
        return Wattwise(url, token, patience=patience)
    except ValueError as error:
        raise CommandError(f"WATTWISE_URL: {error}") from error


def choose_organization(api: "Wattwise", slug: str | None) -> "Organization":
    """Answers the organization of that slug, or without one the only one that fits: a simulated neighbourhood is never
    taken for somebody's own. Raises CommandError with the list."""
    organizations = api.organizations()
    if slug:
        chosen = [organization for organization in organizations if organization.slug == slug]
    else:
        chosen = [organization for organization in organizations if not organization.is_simulated]
        chosen = chosen if chosen or len(organizations) != 1 else organizations
    if len(chosen) == 1:
        return chosen[0]
    raise CommandError(_which(organizations, slug))


def _which(organizations: "Sequence[Organization]", slug: str | None) -> str:
    known = ", ".join(organization.slug for organization in organizations)
    if not known:
        return "There is no organization that this token may see. Use a token of one."
    if slug:
        return f"There is no organization {slug!r} here. Choose one of: {known}."
    return f"There are several organizations. Say which: --organization SLUG, one of: {known}."
