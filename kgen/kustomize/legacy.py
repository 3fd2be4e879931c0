"""Files that kustomize reads as YAML 1.1: only their first document counts."""

import re
from typing import Any, Final, NamedTuple

from kgen.errors import Origin, Unsupported
from kgen.yamlio import load_legacy

_CONTROL: Final = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
_MAY_BE_CONTROL: Final = re.compile(rb"\\[xuU]|[\x7f\xc2\xef]")


class Oddity(NamedTuple):
    """Something that kustomize accepts and a person surely did not mean."""

    message: str
    origin: Origin | None


def first(content: bytes | str, path: str, warnings: list[Oddity]) -> Any:
    """The first document of a file; what is odd about the file is added to the warnings.

    Raises:
        InputError: It is not YAML.
    """
    documents, odd = load_legacy(content, path)
    warnings.extend(Oddity(message, origin) for message, origin in odd)
    if len(documents) > 1 and any(document.body is not None for document in documents[1:]):
        warnings.append(Oddity("only the first document of this file counts", Origin(path, documents[1].line)))
    return documents[0].body if documents else None


def check_characters(data: Any, content: bytes, path: str) -> None:
    """See that kustomize can print what it reads from a file: it does so to hand it to its transformers.

    Raises:
        Unsupported: A text has a control character that YAML allows only as an escape, which kustomize does not write.
    """
    if _MAY_BE_CONTROL.search(content) and _has_control(data):
        raise Unsupported(
            "a control character, which kustomize cannot hand to a transformer", origin=Origin(path), hint="remove it"
        )


def _has_control(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_control, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(_has_control, value))
    return isinstance(value, str) and _CONTROL.search(value) is not None
