"""What can go wrong when a platform starts, each in a sentence that names the remedy."""

from pathlib import Path


class PlatformError(Exception):
    """The platform cannot do what was asked; the text says where and what to do about it."""


class PortTaken(PlatformError):
    def __init__(self, port: int, purpose: str, holder: str, option: str) -> None:
        super().__init__(
            f"Port {port} ({purpose}) is taken by {holder}. Stop that program, or choose another port: {option} PORT."
        )


class HomeUnusable(PlatformError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The home {folder} cannot be used: {reason}. Make it writable, or choose another one: --home FOLDER."
        )


class FileDamaged(PlatformError):
    def __init__(self, file: Path, remedy: str) -> None:
        super().__init__(f"{file} is damaged. {remedy}")
