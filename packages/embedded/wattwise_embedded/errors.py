"""What can go wrong on the user's machine, each in one sentence that names the remedy."""


class EmbeddedError(Exception):
    """An embedded server cannot be set up or started; the text says where and what to do about it."""


class MissingTool(EmbeddedError):
    def __init__(self, tool: str, package: str) -> None:
        super().__init__(
            f"The program {tool} is missing. The embedded database, Redis and web server are Debian packages: "
            f"install {package} on this Debian or Ubuntu machine, or set DATABASE_URL and REDIS_URL to servers of your own."
        )


class UnsupportedMachine(EmbeddedError):
    def __init__(self, machine: str) -> None:
        super().__init__(
            f"The embedded servers exist for x86-64 and arm64, and this machine is {machine}. "
            "Use a machine of those kinds, or the containers of deploy/."
        )


class NoKeyring(EmbeddedError):
    def __init__(self, path: str) -> None:
        super().__init__(
            f"There is no Debian archive keyring at {path}, so package signatures cannot be verified. "
            "Install the package debian-archive-keyring, or set WATTWISE_KEYRING to the file."
        )


class NoMirror(EmbeddedError):
    def __init__(self) -> None:
        super().__init__(
            "No Debian mirror is among this machine's apt sources. Set WATTWISE_MIRROR to the address of one "
            "(the folder that holds dists/ and pool/)."
        )


class DownloadFailed(EmbeddedError):
    def __init__(self, mirror: str, suite: str, detail: str) -> None:
        super().__init__(
            f"Fetching the packages of Debian {suite} from {mirror} failed: {detail or 'apt gave no reason'}\n"
            "Check the network and the proxy of apt, or set WATTWISE_MIRROR to another Debian mirror, then try again."
        )


class Unusable(EmbeddedError):
    """A folder cannot be used as asked; the text names it and the remedy."""
