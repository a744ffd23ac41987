"""How much one push may hold."""

from wattwise_backend.platform.errors import TooLarge

LIMIT_BYTES = 4 * 1024**2
LIMIT_ROWS = 100_000
LIMIT_TEXT_BYTES = 8 * LIMIT_BYTES  # of an Arrow stream, which may say a text once and mean it in every row


def too_large() -> TooLarge:
    return TooLarge(f"The body is larger than {LIMIT_BYTES // 1024**2} MB.", remedy="Send the readings in several.")


def too_many(rows: int) -> TooLarge:
    return TooLarge(f"{rows:,} rows are too many at once.", remedy=f"Send at most {LIMIT_ROWS:,} in a body.")
