"""Files that kustomize reads as YAML 1.1: only their first document counts."""

from typing import Any, NamedTuple

from kgen.errors import Origin
from kgen.yamlio import load_legacy


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
