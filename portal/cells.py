"""Texts in the cells of a table that a spreadsheet program opens."""

# What makes a program run a cell: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def quoted(words: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    return f"'{words}" if words[:1] in FORMULA else words


def unquoted(words: str) -> str:
    """The text again, without what `quoted` put before it."""
    return words[1:] if words[:1] == "'" and words[1:2] in FORMULA else words
