"""Text that no spreadsheet takes for a formula: names and details come from other people's files."""

import re

_FORMULA = re.compile(r"(^|[;\t\r\n]\s*)(?=[=+\-@\t\r＝＋－＠])")


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, nor for two cells of which the second one is a formula: where the
    comma is the decimal sign, they cut lines at semicolons."""
    return _FORMULA.sub(r"\1'", text)
