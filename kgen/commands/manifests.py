"""Manifests as resources: a file, a folder, a stream, as tools print them and people keep them; nothing is built."""

import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Final, NoReturn

from kgen import project, yamlio
from kgen.errors import InputError, Origin, Unsupported
from kgen.filesystem import MAX_SIZE, DiskFileSystem, FileSystem
from kgen.resource import Body, Resource, ResourceId

_SUFFIXES: Final = (".yaml", ".yml", ".json")
_HINT: Final = "every resource has apiVersion, kind and metadata.name"
_SHAPES: Final = {list: "list", str: "text", bool: "truth value"}


def read(path: str, fs: FileSystem) -> list[Resource]:
    """The resources of a file, or of all manifests at or below a folder.

    Raises:
        InputError: Something is wrong with them, or there is a kustomization among them.
        Unsupported: A file is larger, or nests deeper, than anything that is read.
    """
    return [resource for file in files(path, fs) for resource in parse(content(file, fs), file)]


def files(path: str, fs: FileSystem) -> list[str]:
    """The file itself; of a folder all ``*.yaml``, ``*.yml`` and ``*.json`` at or below it, hidden ones aside.

    Raises:
        InputError: A folder cannot be read, a link leads out of it, or a kustomization is in it.
    """
    return sorted(_below(path, fs, fs.real(path))) if fs.is_dir(path) else [path]


def _below(folder: str, fs: FileSystem, root: str) -> Iterator[str]:
    for name in _names(folder, fs):
        path = os.path.join(folder, name)
        is_folder = fs.is_dir(path)
        if (is_folder or name.endswith(_SUFFIXES) or name in project.KUSTOMIZATION_NAMES) and _is_ours(path, fs, root):
            if is_folder:
                yield from _below(path, fs, root)
            else:
                yield path


def _names(folder: str, fs: FileSystem) -> list[str]:
    """What lies there; unlike `FileSystem.names` not nothing where nobody may look: that would be a silent gap."""
    if not isinstance(fs, DiskFileSystem):
        return fs.names(folder)
    try:
        return os.listdir(folder)
    except OSError as error:
        _refuse(folder, error)


def _is_ours(path: str, fs: FileSystem, root: str) -> bool:
    """Whether it is to be read; a link within the folder leads to what is read anyway.

    Raises:
        InputError: It is a link out of the folder, or a kustomization.
    """
    folder, name = os.path.split(path)
    if name.startswith("."):
        return False
    if name in project.KUSTOMIZATION_NAMES:
        raise InputError(
            "there is a kustomization among these manifests", origin=Origin(path), hint="name its folder instead"
        )
    real = fs.real(path)
    if real == os.path.join(fs.real(folder), name):
        return True
    if not f"{real}{os.sep}".startswith(root + os.sep):
        raise InputError("this link leads out of the folder", origin=Origin(path), hint="copy here what it leads to")
    return False


def content(path: str, fs: FileSystem) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: It cannot be read.
        Unsupported: It is too large.
    """
    try:
        return fs.read(path)
    except OSError as error:
        _refuse(path, error)


def named_content(path: str, fs: FileSystem) -> bytes:
    """As `content`, also of what a shell puts in place of ``<(…)``."""
    if not isinstance(fs, DiskFileSystem):
        return content(path, fs)
    try:
        mode = os.stat(path).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
            return content(path, fs)
        with open(path, "rb") as stream:
            return bounded(stream.read(MAX_SIZE + 1), path)
    except OSError as error:
        _refuse(path, error)


def bounded(data: bytes, path: str) -> bytes:
    """What a stream gave.

    Raises:
        Unsupported: It is larger than anything that is read.
    """
    if len(data) > MAX_SIZE:
        raise Unsupported(f"a stream of more than {MAX_SIZE >> 20} MB", origin=Origin(path), hint="split it")
    return data


def _refuse(path: str, error: OSError) -> NoReturn:
    from kgen.overlay.emit import failed

    raise failed("read", path, error) from None


def unrendered(error: InputError, text: bytes) -> InputError:
    """The error itself, or what it means of a text that is a template."""
    if b"{{" not in text:
        return error
    return InputError(
        f"this looks like a template, not a manifest: {error.message}",
        origin=error.origin,
        hint="render it first, as `helm template` does, and name the output",
    )


def parse(text: bytes, path: str) -> list[Resource]:
    """The resources of a text, those in lists one by one; comments and empty documents are none.

    The file is never kept in the cache: it may hold Secrets of a cluster, which are nowhere else on the disk.

    Args:
        text: YAML or JSON, one or several documents.
        path: Where it is from, for errors.

    Raises:
        InputError: It is no YAML, or holds something else.
        Unsupported: It is out of all proportion.
    """
    try:
        queue = deque((document.body, Origin(path, document.line)) for document in yamlio.load(text, path))
        return list(_resources(queue))
    except InputError as error:
        raise unrendered(error, text) from None


def _resources(queue: deque[tuple[Any, Origin]]) -> Iterator[Resource]:
    while queue:
        body, origin = queue.popleft()
        if body in (None, {}, [], ""):
            continue
        if not isinstance(body, dict):
            raise InputError(f"a resource is a map, not a {_SHAPES.get(type(body), 'number')}", origin=origin)
        if not (isinstance(body.get("kind"), str) and body["kind"]):
            raise InputError("this document has no kind", origin=origin, hint=_HINT)
        if not (body["kind"].endswith("List") and "items" in body):
            yield _named(Resource(body, origin))
        elif isinstance(body["items"], list):
            queue.extendleft((_item(item, body), origin) for item in reversed(body["items"]))
        elif body["items"] is not None:
            raise InputError(f"items of a {body['kind']} is no list", origin=origin)


def _item(item: Any, of: Body) -> Any:
    """An item of a list; one of a ``SecretList`` that does not say its kind is a Secret, as for kubectl.

    ``decodeToList`` in
    https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/unstructured/helpers.go
    """
    kind = of["kind"].removesuffix("List")
    if not isinstance(item, dict) or item.get("kind") or not kind:
        return item
    return {"apiVersion": of.get("apiVersion"), "kind": kind} | {
        key: value for key, value in item.items() if key not in {"apiVersion", "kind"}
    }


def _named(resource: Resource) -> Resource:
    body = resource.body
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or not (metadata.get("name") or metadata.get("generateName")):
        raise InputError(f"this {body['kind']} has no name", origin=resource.origin, hint=_HINT)
    return resource


def unique(resources: Iterable[Resource]) -> list[Resource]:
    """The resources, if they are as many as they seem; those with ``generateName`` always are.

    Raises:
        InputError: One is there twice, in whatever version of its API; both places are named.
    """
    found: dict[ResourceId, Resource] = {}
    kept = []
    for resource in resources:
        key = resource.id.key
        first = found.setdefault(key._replace(gvk=key.gvk._replace(version="")), resource)
        if first is resource or not key.name:
            kept.append(resource)
        else:
            raise InputError(
                f"{resource.id} is defined twice, first at {first.origin}",
                origin=resource.origin,
                hint="remove or rename one of them",
            )
    return kept
