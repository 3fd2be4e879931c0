"""Text that is safe to show in a terminal."""

import re
from typing import Final

COMMAND: Final = re.compile(r"kubectl (?:(?:delete|rollout) [^,;:()]*[^,;:() ]|apply -k(?= ))")
"""What a person copies into a shell."""


def printable(text: str) -> str:
    """The text without characters that would steer the terminal, which are shown as escapes."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode() for char in text
    )


def shortened(text: str, width: int) -> str:
    """The text without its middle, where it has more characters than the width."""
    return text if len(text) <= width else f"{text[: width - width // 3]} … {text[-(width // 3) :]}"
