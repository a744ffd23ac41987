"""`python -m wattwise_cli`."""

from wattwise_cli.main import main

if __name__ == "__main__":
    main()
