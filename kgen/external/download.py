"""Single files from the web."""

import contextlib
import os
import tempfile
import urllib.error
import urllib.request
from typing import Final

from kgen.errors import ToolError

_SECONDS: Final = 60
_BYTES: Final = 64 * 1024 * 1024


def download(url: str, path: str) -> bytes:
    """Copy a file from the web to a path, whole or not at all, and give its content.

    Args:
        url: Its address, ``http`` or ``https``.
        path: Where to; folders on the way are made.

    Raises:
        ToolError: It cannot be had, or is larger than 64 MiB.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise ToolError(f"download {url}: not an http or https address")
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme is checked above
            content: bytes = answer.read(_BYTES + 1)
    except (urllib.error.URLError, OSError) as error:
        raise ToolError(f"download {url}: {getattr(error, 'reason', None) or error}") from None
    if len(content) > _BYTES:
        raise ToolError(f"download {url}: larger than {_BYTES // 1024 // 1024} MiB")
    _write(content, path)
    return content


def _write(content: bytes, path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".fetching-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
