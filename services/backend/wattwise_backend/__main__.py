"""`python -m wattwise_backend serve`: the service. `… manage COMMAND`: Django's management commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wattwise_backend.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "serve":
        from .serve import serve

        serve()
    elif command == "manage":
        from django.core.management import execute_from_command_line

        execute_from_command_line(["wattwise_backend manage", *sys.argv[2:]])
    else:
        sys.exit("Usage: python -m wattwise_backend serve | manage COMMAND …")


if __name__ == "__main__":
    main()
