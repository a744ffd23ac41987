"""Become one of the services: `python -m wattwise_cli.platform.launch SERVICE`, which is what the supervisor runs.

Secrets are read here, so that they are on no command line and in no file of the supervisor. The process id stays.
"""

import os
import sys

from wattwise_cli.platform import secrets, settings
from wattwise_cli.platform.errors import PlatformError
from wattwise_cli.platform.home import find_home
from wattwise_cli.platform.leftovers import end_leftovers, remember
from wattwise_cli.platform.services import environment, service_named


def main(name: str) -> None:
    service, home = service_named(name), find_home()
    end_leftovers(service, home)
    remember(service, home)
    variables = environment(service.name, home=home, settings=settings.load(home), secrets=secrets.load(home))
    words = [sys.executable, "-m", *service.words]
    os.execve(words[0], words, variables)  # noqa: S606 - a fixed list of words; no shell is wanted


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except PlatformError as error:
        sys.exit(f"wattwise: {error}")
