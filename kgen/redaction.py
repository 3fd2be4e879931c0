"""What must not be shown: secrets in values and in texts, each replaced by a token that is the same for equal ones.

What counts as a secret is told by its place (`is_sensitive`) or by its look: credentials in URLs, PEM blocks, values
behind words such as ``password=``, and the formats of well-known tokens.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Final

_WORDS: Final = (
    r"passw(?:or)?d|passphrase|pwd|secret|token|credentials?|api[-_]?key|access[-_]?key(?:[-_]?id)?"
    r"|private[-_]?key|secret[-_]?key|fernet[-_]?key|encryption[-_]?key|signing[-_]?key|client[-_]?secret|auth[-_]?key"
)
_NAME: Final = re.compile(
    rf".*(?:{_WORDS}|authorization)|(?:.*[-_.]|db|my|pg|smtp|user)?pass", re.IGNORECASE | re.DOTALL
)
_NAMES: Final = re.compile(rf".*(?:{_WORDS})s?", re.IGNORECASE | re.DOTALL)
_FLAG: Final = re.compile(rf"--?[\w.-]*(?:{_WORDS})", re.IGNORECASE)

_PEM: Final = re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", re.DOTALL)
_URL: Final = re.compile(r"(?<=://)([^/\s:@'\"]*):(?!\d+/)([^\s'\"]+)(?=@)")
_USER: Final = re.compile(r"(?<=://)[^/\s:@'\"]{20,}(?=@)")
_KNOWN: Final = re.compile(
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bxox[abeoprs]-[\w-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bsk_live_\w{16,}|\bAIza[\w-]{30,}"
)
_HEADER: Final = re.compile(r"\b(?:Bearer|Basic)[ \t]+(?=[^\s\"']*[0-9=])([\w.~+/=-]{8,})", re.IGNORECASE)
_ARGUMENT: Final = re.compile(
    r"(?:(?<=\s-u)|(?<=\s--user)|(?<=\s--proxy-user))[ =]?[\"']?[^\s:\"'$]+:(?!\d+(?:\s|$))([^\s\"'$]+)"
    r"|\bmysql\w*\b[^\n;|&]{0,300}?\s-p([^\s\"'$]+)"
    r"|\bredis-cli\b[^\n;|&]{0,300}?\s-a[ \t]+[\"']?([^\s\"'$]+)"
    r"|\blogin[ \t]+\S+[ \t]+password[ \t]+(\S+)"
)
"""What programs take as a password without saying so: curl, mysql, redis-cli and the file .netrc."""

_ASSIGNED: Final = re.compile(
    rf"(?P<name>{_WORDS})(?P<sign>\\*[\"']?[ \t]*(?:=|:(?!//))[ \t]*)"
    r"(?P<value>\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|\\+\"[^\"\\\n]*"
    r"|(?:[^\s,;&\"']|[,;&](?=[^\s\"',;&])(?![\w.-]+[=:]))+)",
    re.IGNORECASE,
)
_LOGIN: Final = re.compile(r"\b_?auth\\*[\"']?[ \t]*[=:][ \t]*\\*[\"']?([A-Za-z0-9+/]{8,}={0,2})")
_OPENING: Final = re.compile(r"\\*[\"']?")
_REFERENCE: Final = re.compile(r"[\"']?(?:\$[({\w]|\{\{|<)")
_VARIABLE: Final = re.compile(r"\$(?:\w+|\{\w+\}|\(\w+\))")
_OPEN: Final = "‹secret "
_CLOSE: Final = "›"
_SHORTEST: Final = 6
"""Shorter secrets are not looked for in other texts: they are words."""


def is_sensitive(name: object) -> bool:
    """Whether a field, variable or key of this name holds a secret; ``secretName`` and its like do not."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def are_sensitive(name: object) -> bool:
    """Whether what is in a list or map of this name are secrets: ``tokens``, ``credentials``."""
    return isinstance(name, str) and _NAMES.fullmatch(name) is not None


def is_flag(argument: object) -> bool:
    """Whether the argument behind this one is a secret: ``--password``."""
    return isinstance(argument, str) and _FLAG.fullmatch(argument) is not None


def is_login(name: object, value: str) -> bool:
    """Whether a value is a user and a password as Docker keeps them: ``auth: dXNlcjpwYXNz``.

    https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
    """
    if name not in {"auth", "_auth"}:
        return False
    try:
        return b":" in base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False


class Redactor:
    """Replaces secrets by tokens, ``‹secret 1›``: the same one for the same secret as long as it lives.

    Args:
        known: Secrets that are to be replaced wherever they stand.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._numbers: dict[str, int] = {}
        # Longer ones first: one may be a part of another.
        self._known = sorted({secret for secret in known if len(secret) >= _SHORTEST}, key=lambda s: (-len(s), s))

    @property
    def secrets(self) -> frozenset[str]:
        """What was replaced so far."""
        return frozenset(self._numbers)

    def token(self, secret: str) -> str:
        """What is shown for a secret."""
        return f"{_OPEN}{self._numbers.setdefault(secret, len(self._numbers) + 1)}{_CLOSE}"

    def text(self, text: str) -> str:
        """A text without the secrets in it."""
        for secret in self._known:
            if secret in text:
                text = text.replace(secret, self.token(secret))
        text = _LOGIN.sub(self._login, self.credentials(text))
        return _ASSIGNED.sub(self._assigned, text)

    def _login(self, match: re.Match[str]) -> str:
        return self._last_group(match) if is_login("auth", match[1]) else match[0]

    def credentials(self, text: str) -> str:
        """A text without what is a credential by its own look; for messages, in which words are only words."""
        if "-----BEGIN" in text:
            text = _PEM.sub(lambda match: self.token(match[0]), text)
        if "://" in text:
            text = _URL.sub(lambda match: f"{match[1]}:{self._unless_named(match[2])}", text)
            text = _USER.sub(lambda match: self._once(match[0]), text)
        text = _KNOWN.sub(lambda match: self.token(match[0]), text)
        text = _HEADER.sub(self._last_group, text)
        return _ARGUMENT.sub(self._last_group, text)

    def _last_group(self, match: re.Match[str]) -> str:
        """The match with its one group replaced."""
        start, end = (place - match.start() for place in match.span(match.lastindex or 0))
        return f"{match[0][:start]}{self._once(match[0][start:end])}{match[0][end:]}"

    def _assigned(self, match: re.Match[str]) -> str:
        """A value behind a word such as ``password=``; what only names one elsewhere stays."""
        value = match["value"]
        if _REFERENCE.match(value) or not value.strip("{[("):  # a map or list begins, which others look into
            return match[0]
        opening = _OPENING.match(value)
        before = opening[0] if opening else ""
        after = before if value.startswith(('"', "'")) and len(value) > 1 else ""
        inner = value[len(before) : len(value) - len(after)]
        return f"{match['name']}{match['sign']}{before}{self._once(inner) if inner else inner}{after}"

    def _unless_named(self, secret: str) -> str:
        """As `_once`; what only names a variable stays."""
        return secret if _VARIABLE.fullmatch(secret) else self._once(secret)

    def _once(self, secret: str) -> str:
        """As `token`; what is one already stays."""
        return secret if secret.startswith(_OPEN) else self.token(secret)
