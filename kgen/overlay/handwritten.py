"""Patches and resources that people write by hand, folded into a wish.

They mean what kustomize means by them, because the engine applies them: in memory, to the resources as the base, the
declaration and the rules make them, before kustomize's own fields. What they change ends up in the files that kgen
writes; theirs are only read.
"""

import json
import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from kgen import yamlio
from kgen.equality import same
from kgen.errors import InputError, InputErrors, KgenError, Origin, together
from kgen.fieldpath import FieldPath
from kgen.filesystem import MemoryFileSystem
from kgen.kustomize import build
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.selectors import Selector, select
from kgen.overlay.desired import Wish
from kgen.overlay.edits import Edit
from kgen.overlay.features.credentials import Fixed, is_fixed
from kgen.overlay.patch_reasons import reasons, whole
from kgen.overlay.rules.state import Notice
from kgen.overlay.spec import advice
from kgen.resource import Body, Resource, ResourceId, ResourceMap, original
from kgen.schema import pods
from kgen.yamlio.libyaml import Chunk, split

_RESOURCES: Final = "wished-resources.yaml"
_TARGET_HINT: Final = "write it as {path: %s, target: {kind: Deployment, name: web}}"


@dataclass(frozen=True, slots=True)
class Handwritten:
    """One file.

    Attributes:
        path: Relative to the overlay's folder.
        text: What it says: strategic merge patches and resources, or JSON 6902 operations.
        target: For which resources it is, as kustomize has it; empty where the patches say it themselves.
        origin: Where ``kgen.yaml`` names it.
    """

    path: str
    text: str
    target: Mapping[str, str] = field(default_factory=dict)
    origin: Origin | None = None


class _Part(NamedTuple):
    """One document of a file, or all of it; `adds` where it is a resource that was not there."""

    file: Handwritten
    text: str
    body: Any
    adds: bool = False


def fold(wished: Wish, files: Sequence[Handwritten], folder: str) -> Wish:
    """The wish with these files laid over it.

    Args:
        wished: What the base, the declaration and the rules make.
        files: In the order in which they apply.
        folder: The overlay's folder, for errors.

    Raises:
        InputError: A file is wrong, or is for nothing that is there.
        Unsupported: The engine refuses a patch.
    """
    if not files:
        return wished
    before = ResourceMap([*wished.edited, *brought(wished, folder)])
    parts = _parts(files, before, folder)
    _refuse_idle(files, ResourceMap([*before, *(Resource(part.body) for part in parts if part.adds)]))
    _refuse_fixed(parts, before, wished.directives.generated, folder)
    after = _applied(before, parts, folder)
    edits = tuple(edit for part in parts for edit in _edits(part, before, after))
    return _folded(wished, before, after, edits)


def _refuse_fixed(parts: Iterable[_Part], before: ResourceMap, generated: Container[ResourceId], folder: str) -> None:
    """What is made of a file is changed there.

    Raises:
        Unsupported: For each field of such a Secret.
    """
    errors = []
    for part in parts:
        path = os.path.join(folder, part.file.path)
        for resource in () if part.adds else _meant(part, before):
            if resource.id.key in generated:
                places = next(iter(yamlio.marks(part.text, path)), {})
                said = reasons(part.text, part.body, part.file.path, resource.body)
                errors += [Fixed(resource.id, one.path, places.get(one.steps)) for one in said if is_fixed(one.path)]
    if errors:
        raise together(errors)


def _refuse_idle(files: Sequence[Handwritten], resources: ResourceMap) -> None:
    """Kustomize says nothing about a target that selects nothing.

    Raises:
        InputErrors: For each such target.
    """
    idle = [file for file in files if file.target and not _selects(file, resources)]
    if idle:
        raise InputErrors(_idle(file, resources) for file in idle)


def _selects(file: Handwritten, resources: ResourceMap) -> bool:
    try:
        return any(_selected(file.target, resources))
    except KgenError as error:
        error.led_from(file.origin)
        raise


def _idle(file: Handwritten, resources: ResourceMap) -> InputError:
    said = ", ".join(f"{key}: {value}" for key, value in file.target.items())
    known = [str(resource.id) for resource in resources]
    wanted = f"{file.target.get('kind', '')}/{file.target.get('name', '')}"
    return InputError(
        f"no resource matches the target of {file.path}: {said}",
        origin=file.origin,
        hint=advice.nearest(wanted, known, "there are"),
    )


def brought(wished: Wish, folder: str = "") -> Iterator[Resource]:
    """What the declaration adds: a Namespace."""
    for name, body in wished.directives.resources.items():
        yield Resource(body, Origin(os.path.join(folder, name)))


def _folded(wished: Wish, before: ResourceMap, after: ResourceMap, edits: tuple[Edit, ...]) -> Wish:
    """What a declaration adds stays its own affair where nobody touched it."""
    resources = {
        name: body
        for name, body in wished.directives.resources.items()
        if (found := after.get(ResourceId.of(body))) is not None and same(found.body, body)
    }
    kept = {ResourceId.of(body).key for body in resources.values()}
    added = [one for one in after if original(one, before) is None]
    return replace(
        wished,
        edited=ResourceMap(one for one in after if one.id.key not in kept),
        edits=(*(edit for edit in wished.edits if _stands(edit, before, after)), *edits),
        directives=replace(wished.directives, resources=resources),
        notices=(*wished.notices, *map(_notice, added)),
        is_free=True,
    )


def concerns(file: Handwritten, resource: ResourceId, resources: ResourceMap, folder: str) -> bool:
    """Whether a file is about this resource and no other."""
    if file.target:
        return {one.id.key for one in _selected(file.target, resources)} == {resource.key}
    return {ResourceId.of(part.body).key for part in _documents(file, folder)} == {resource.key}


def _stands(edit: Edit, before: ResourceMap, after: ResourceMap) -> bool:
    """Whether a field is still what an earlier edit made it; what goes, or has another name, is not for patches."""
    one, other = before.get(edit.resource), after.get(edit.resource)
    return one is None or bool(other and same(edit.path.get(one.body), edit.path.get(other.body)))


def _notice(added: Resource) -> Notice:
    where = os.path.join(*added.origin.path.split(os.sep)[-2:]) if added.origin else "a patch"
    return Notice(f"{added.id} is new: the base has no such resource", f"{where} adds it", "info")


def _parts(files: Iterable[Handwritten], before: ResourceMap, folder: str) -> list[_Part]:
    """The files by what is to be done with them; a resource that one adds or renames, a later one can patch."""
    known = {resource.id.key for resource in before}
    gone: set[ResourceId] = set()
    found: list[_Part] = []
    for file in files:
        for part in _documents(file, folder):
            if isinstance(part.body, dict) and part.body.get("$patch") == "delete" and not file.target:
                gone.add(ResourceId.of(part.body).key)
            adds = not file.target and _adds(part.body, known, gone)
            if adds:
                known.add(ResourceId.of(part.body).key)
            known |= {one.id._replace(name=name).key for name in _names(part) for one in _selected(file.target, before)}
            found.append(part._replace(adds=adds))
    return found


def _names(part: _Part) -> Iterator[str]:
    """What operations call their targets."""
    for operation in part.body if part.file.target and isinstance(part.body, list) else ():
        if isinstance(operation, dict) and operation.get("path") == "/metadata/name" and "value" in operation:
            yield str(operation["value"])


def _documents(file: Handwritten, folder: str) -> Iterator[_Part]:
    """The documents of a file that has no target, each where it stands; else the whole file.

    Raises:
        InputError: It is not YAML, holds nothing, or operations for no resource.
    """
    path = os.path.join(folder, file.path)
    parts = [_Part(file, _placed(chunk), body) for chunk, body in _bodies(file.text, path)]
    if not parts:
        raise InputError("this file says nothing", origin=Origin(path), hint="write a patch into it, or do not list it")
    if file.target:
        yield _Part(file, file.text, parts[0].body)
        return
    if any(isinstance(part.body, list) for part in parts):
        raise InputError(
            f"{file.path} holds JSON 6902 operations, which need a target",
            origin=file.origin,
            hint=_TARGET_HINT % file.path,
        )
    yield from parts


def _bodies(text: str, path: str) -> Iterator[tuple[Chunk, Any]]:
    for chunk in split(text, path):
        for document in yamlio.load(_placed(chunk), path):
            yield chunk, document.body


def _placed(chunk: Chunk) -> str:
    """The text of a document, in the line where it stands in its file."""
    return "\n" * chunk.lines_before + chunk.text.decode(errors="surrogateescape")


def _adds(body: Any, known: set[ResourceId], gone: Container[ResourceId]) -> bool:
    """Whether it is a whole resource that is not there; a patch of one that is not there never is."""
    if not isinstance(body, dict) or not isinstance(body.get("metadata"), dict) or "$patch" in str(body):
        return False
    here = ResourceId.of(body)
    if here.key in known or not here.gvk.kind or not here.name:
        return False
    return _is_whole(body) and not any(_may_be(here, other) for other in known if other not in gone)


def _is_whole(body: Body) -> bool:
    """Pods need containers, and those need images."""
    if pods.pod_spec_path(ResourceId.of(body).gvk) is None:
        return True
    containers = [container for _, container in pods.containers(body)]
    return bool(containers) and all("image" in container for container in containers)


def _may_be(one: ResourceId, other: ResourceId) -> bool:
    """Whether a slip in the version, or a namespace left out, is all that tells them apart."""
    if (one.gvk.group, one.gvk.kind, one.name) != (other.gvk.group, other.gvk.kind, other.name):
        return False
    return one.key.namespace == other.namespace or "default" in {one.key.namespace, other.namespace}


def _applied(before: ResourceMap, parts: Sequence[_Part], folder: str) -> ResourceMap:
    """The resources as the engine patches them; those that do not change stay as they are."""
    listed = [(_in_memory(index, part), part) for index, part in enumerate(parts)]
    added = [path for path, part in listed if part.adds]
    patches = [(path, part) for path, part in listed if not part.adds]
    texts = {path: part.text for path, part in listed}
    texts[_RESOURCES] = yamlio.dump(resource.body for resource in before)
    texts["kustomization.yaml"] = _kustomization([_RESOURCES, *added], patches)
    fs = MemoryFileSystem({os.path.join(folder, path): text for path, text in texts.items()})
    try:
        built = build(folder, fs, hash_suffixes=False, reorder="none")
    except KgenError as error:
        for each in error.parts:
            _place(each, folder, [part for _, part in patches])
        raise
    return ResourceMap(_kept(resource, before, folder) for resource in built)


_IN_MEMORY: Final = re.compile(r"\.[0-9]+/(.*)")


def _in_memory(index: int, part: _Part) -> str:
    """Where a document lies while the engine reads it: each alone in a file."""
    return f".{index}/{part.file.path}"


def _real(origin: Origin, folder: str) -> Origin:
    """The place in the file that a person has."""
    match = _IN_MEMORY.fullmatch(os.path.relpath(origin.path, folder))
    return origin._replace(path=os.path.join(folder, match[1])) if match else origin


def _kustomization(resources: Sequence[str], patches: Sequence[tuple[str, _Part]]) -> str:
    """JSON, with one line for each patch, so that the line of an error tells which."""
    entries = (json.dumps({"path": path} | _targeted(part)) for path, part in patches)
    return f'{{"resources": {json.dumps(list(resources))}, "patches": [\n' + ",\n".join(entries) + "\n]}\n"


def _targeted(part: _Part) -> Body:
    return {"target": dict(part.file.target)} if part.file.target else {}


def _place(error: KgenError, folder: str, patches: Sequence[_Part]) -> None:
    """Say where a person can look, in place of the files in memory."""
    known = os.path.join(folder, "kustomization.yaml")
    error.chain = ()
    if error.origin is not None and error.origin.path == known:
        part = patches[(error.origin.line or 0) - 2]
        error.origin = part.file.origin or Origin(os.path.join(folder, part.file.path))
    elif error.origin is not None:
        error.origin = _real(error.origin, folder)


def _kept(built: Resource, before: ResourceMap, folder: str) -> Resource:
    earlier = before.get(built.id)
    if earlier is None:
        return replace(built, origin=built.origin and _real(built.origin, folder))
    return earlier if same(earlier.body, built.body) else replace(earlier, body=built.body)


def _edits(part: _Part, before: ResourceMap, after: ResourceMap) -> Iterator[Edit]:
    """What a part changes, and why."""
    if part.adds:
        yield Edit(ResourceId.of(part.body), FieldPath(), part.body, whole(part.text, part.file.path))
        return
    for resource in _meant(part, before):
        changed = after.get(resource.id)
        body = changed.body if changed else {"$patch": "delete"}
        for path, reason, _ in reasons(part.text, part.body, part.file.path, resource.body):
            value = path.get(body)
            if not same(value, path.get(resource.body)):
                yield Edit(resource.id, path, value, reason)


def _meant(part: _Part, before: ResourceMap) -> Iterable[Resource]:
    """The resources that a patch is for."""
    if part.file.target:
        return list(_selected(part.file.target, before))
    found = before.get(ResourceId.of(part.body))
    return [found] if found else []


def _selected(target: Mapping[str, str], resources: ResourceMap) -> Iterator[Resource]:
    said = {re.sub("[A-Z]", lambda upper: "_" + upper[0].lower(), key): value for key, value in target.items()}
    found = {id(resource.body): resource for resource in resources}
    drafts = Collection()
    drafts.extend(Draft(resource.body, resource.origin) for resource in resources)
    for draft in select(Selector(**said), drafts):
        yield found[id(draft.body)]
