"""From the text of a file to resources: checks, and lists taken apart."""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from kgen.errors import InputError, Origin, Unsupported
from kgen.kustomize.draft import Draft
from kgen.kustomize.faults import refused
from kgen.kustomize.scalars import check_block, check_key, is_scalar, kind_of, text
from kgen.kustomize.texts import file_of
from kgen.origins import Path
from kgen.resource import Body
from kgen.yamlio import Document, load
from kgen.yamlio.brackets import EVERYWHERE, Brackets
from kgen.yamlio.composer import ValueFault
from kgen.yamlio.folding import is_lost_in_a_block
from kgen.yamlio.kinds import NullText
from kgen.yamlio.libyaml import decoded, split
from kgen.yamlio.loader import KeyFault
from kgen.yamlio.recall import Recall
from kgen.yamlio.scalars import is_negative_zero
from kgen.yamlio.written import Written, set_by_kustomize, through_json

_COMMENTED = re.compile(r"^[ -]*+([^\s:]+)[ \t]*:[ \t]+(?:&\S+[ \t]+)?#", re.MULTILINE)
_BELOW_ANCHOR = re.compile(r":[ \t]+&\S+[ \t]+#.*(?:\n[ \t]*(?:#.*)?)*\n[ -]*+([^\s:#]+)[ \t]*:")
_LIST = re.compile(r"\bkind\b.{0,99}List\b")
_HINT = "every resource has apiVersion, kind and metadata.name"
INTERNAL = "internal.config.kubernetes.io/"
"""What the annotations begin with that kustomize keeps its notes in."""
LOCAL = "config.kubernetes.io/local-config"
"""The annotation of what is there for the build only, and is not in what it makes."""
NEEDS_HASH = f"{INTERNAL}needsHashSuffix"
ORIGIN, CHANGES = "config.kubernetes.io/origin", "alpha.config.kubernetes.io/transformations"
_FORMER = tuple(f"{INTERNAL}previous{part}" for part in ("Kinds", "Namespaces", "Names"))
_AFFIXES = (f"{INTERNAL}prefixes", f"{INTERNAL}suffixes")
_REFUSED = frozenset(INTERNAL + name for name in ("allowNameChange", "allowKindChange", "generatorBehavior"))
_NOTES = _REFUSED | {*_FORMER, *_AFFIXES, NEEDS_HASH}
_STRIPPED = frozenset(
    (
        *(
            INTERNAL + name
            for name in ("refBy", "path", "index", "seqindent", "id", "annotations-migration-resource-id")
        ),
        *("config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id"),
        *(ORIGIN, CHANGES),
    )
)


def drafts(content: bytes | str, path: str, *, are_patches: bool = False, recall: Recall | None = None) -> list[Draft]:
    """The resources of a file, or the patches.

    Args:
        content: The text.
        path: The file.
        are_patches: Whether null removes an annotation, and is not the text ``null``.
        recall: Who may have parsed the file before.

    Raises:
        InputError: It is not YAML, or a document is no resource: no map, no kind, no name.
        Unsupported: A resource carries notes of kustomize's own that change a build.
    """
    written = Written(styles=True)
    documents = _documents(content, path, written, recall)
    numbered: list[tuple[Document, Path]] = [(document, (number,)) for number, document in enumerate(documents)]
    is_alone = len(documents) == 1 and _is_list(documents[0].body) and sum(1 for _ in split(content, path)) == 1
    brackets = Brackets.of(content)
    queue = deque(_items(documents[0].body["items"], documents[0].line, (0,)) if is_alone else numbered)
    found = []
    while queue:
        (body, line), place = queue.popleft()
        origin = Origin(path, line)
        if body in (None, {}, []):
            continue
        _check(body, origin)
        items = body.get("items", ...)
        if not text(body["kind"]).endswith("List") or items is ...:
            found.append(
                Draft(body, origin, place=place, brackets=brackets if len(place) == 1 else brackets.below(EVERYWHERE))
            )
            if are_patches:
                _refuse_notes(found[-1])
            else:
                _check_version(found[-1])
                check_list_name(found[-1])
            read_notes(found[-1])
        elif isinstance(items, list):
            # What kustomize's reader leaves closed is opened by way of JSON.
            _refuse_negative_zero(written, origin)
            queue.extend(_items([through_json(item, styles=True) for item in items], line, place))
        elif items is not None:
            raise InputError(f"items of a {body['kind']} is a {kind_of(items)}, not a list", origin=origin)
    if are_patches and found and written.garbled:
        raise written.garbled
    commented, files = _commented(content), file_of(content)
    for draft in found:
        draft.commented, draft.files = commented, files
        draft.turns_in_brackets = written.turns_in_brackets
    if written.odd:
        _take_over(written, found, nulls=not are_patches)
    return found


def _documents(content: bytes | str, path: str, written: Written, recall: Recall | None) -> list[Document]:
    try:
        return load(content, path, written) if recall is None else recall.load(content, path, written)
    except InputError as error:
        # It is no mistake where a patch replaces it, or a list is left out.
        fault = refused(error, ValueFault, ", and only a patch can help")
        if _LIST.search(decoded(content)):
            fault = refused(fault, KeyFault, " in a file with a list of resources")
        raise fault from None


def _commented(content: bytes | str) -> frozenset[str]:
    found = decoded(content)
    if "#" not in found:
        return frozenset()
    # A comment behind an anchor belongs to the first key below it.
    keys = _COMMENTED.findall(found) + (_BELOW_ANCHOR.findall(found) if "&" in found else [])
    return frozenset(key.strip("\"'") for key in keys)


def _take_over(written: Written, found: list[Draft], *, nulls: bool) -> None:
    """Annotations are what is written, and keys without any value belong to their resource."""
    annotations = {id(draft.metadata.get("annotations")) for draft in found}
    labels = {id(draft.metadata.get("labels")): draft for draft in found}
    for holder, key, said in written.odd:
        if holder.get(key) is not None:
            continue
        if id(holder) in labels:
            labels[id(holder)].null_labels[key] = said
        if nulls and said and id(holder) in annotations:
            holder[key] = NullText(said)
    for draft in found if not nulls else ():
        draft.odd = written.odd
    if written.empty:
        empty: dict[int, list[tuple[Body, Any]]] = {}
        for holder, key in written.empty:
            empty.setdefault(id(holder), []).append((holder, key))
        for draft in found:
            draft.empty = [one for node in maps(draft.body) for one in empty.get(id(node), ())]


def maps(node: Any) -> Iterator[Body]:
    """All maps in some data, itself first."""
    if isinstance(node, dict):
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from maps(value)


def _items(items: Any, line: int, place: Path) -> Iterator[tuple[Document, Path]]:
    for index, item in enumerate(items if isinstance(items, list) else ()):
        yield Document(item, line), (*place, "items", index)


def _is_list(body: Any) -> bool:
    """Whether kustomize's reader opens it where there is no ``---`` around it, whatever else it holds.

    It looks for items in a plain value, too, and finds none.
    """
    items = body.get("items") if isinstance(body, dict) and body.get("kind") in ("List", "ResourceList") else None
    return isinstance(items, list) or items == {} or (items is not None and is_scalar(items))


def check_annotations(draft: Draft) -> None:
    """See whether kustomize can add one of its own, which tells where a resource comes from.

    Raises:
        Unsupported: They are no map.
    """
    if not isinstance(draft.metadata.get("annotations"), dict | None):
        raise Unsupported("buildMetadata and annotations that are no map", origin=draft.origin, hint="write {}")


def check_list_name(draft: Draft) -> None:
    """Kustomize takes a list without items for a resource, and fills in what it lacks now and then.

    Raises:
        Unsupported: It has no name.
    """
    if not draft.name:
        raise Unsupported(f"a {draft.gvk.kind} without items or name", origin=draft.origin, hint="give it items: []")


def _refuse_negative_zero(written: Written, origin: Origin) -> None:
    """JSON keeps its sign, where it is a float."""
    for _, _, said in written.odd:
        if is_negative_zero(said):
            raise Unsupported(f"the number {said} in a list of resources", origin=origin, hint="write 0")


def _check(body: Any, origin: Origin) -> None:
    if not isinstance(body, dict):
        raise InputError(f"a resource is a map, not a {kind_of(body)}", origin=origin)
    kind = text(body.get("kind"))
    if not kind:
        raise InputError("this document has no kind", origin=origin, hint=_HINT)
    if not kind.endswith("List") and not Draft(body).name:
        generate = " (metadata.generateName is not enough)" if "generateName" in Draft(body).metadata else ""
        raise InputError(
            f"this {kind} has no name{generate}",
            origin=origin,
            hint=_HINT,
        )
    metadata: Any = body.get("metadata")
    for key in ("labels", "annotations") if isinstance(metadata, dict) else ():
        if isinstance(metadata.get(key), list) and metadata[key]:
            raise Unsupported(f"{key} that are a list", origin=origin, hint="write a map: key: value")


def _check_version(draft: Draft) -> None:
    """Kustomize compares a null with what is written for it, where the resource refers to others, and patches a map."""
    version = draft.body.get("apiVersion", "")
    if version is None or not is_scalar(version):
        what = "null" if version is None else f"a {kind_of(version)}"
        raise Unsupported(f"an apiVersion that is {what}", origin=draft.origin, hint="write it, or leave it out")


def _refuse_notes(patch: Draft) -> None:
    """A patch can give and take the content hash, and former names; nobody means to."""
    for key in sorted(_NOTES & patch.strings("annotations").keys()):
        raise Unsupported(f"the annotation {key} in a patch", origin=patch.origin, hint="remove it")


def read_notes(draft: Draft) -> None:
    """Take over what kustomize's own annotations say.

    Raises:
        Unsupported: One of them changes a build in a way that is not built here.
    """
    annotations = draft.metadata.get("annotations")
    if not isinstance(annotations, dict):
        return
    for key in sorted(_REFUSED & annotations.keys()):
        raise _noted(key, draft)
    if annotations.pop(NEEDS_HASH, None) == "enabled":
        draft.needs_hash = True
    _read_names(draft, annotations)


def _noted(key: str, draft: Draft) -> Unsupported:
    """Kustomize takes it for its own note, whoever wrote it."""
    return Unsupported(f"the annotation {key} of {draft.id}", origin=draft.origin, hint="remove it")


def _read_names(draft: Draft, annotations: Body) -> None:
    """Former names and prefixes, as an earlier build may have left them."""
    said = [key for key in (*_FORMER, *_AFFIXES) if key in annotations]
    if not said:
        return
    if draft.former or draft.prefixes or draft.suffixes:
        raise _noted(said[0], draft)
    former, affixes = ([_csv(annotations.pop(key, None)) for key in keys] for keys in (_FORMER, _AFFIXES))
    if len({len(values) for values in former}) > 1:
        what = f"{draft.id}, whose former names are not all there"
        raise Unsupported(what, origin=draft.origin, hint=f"remove {said[0]}")
    draft.former = list(zip(*former, strict=True))
    draft.prefixes, draft.suffixes = affixes


def _csv(value: Any) -> list[str]:
    return [] if value is None else text(value).split(",")


def finish(draft: Draft) -> None:
    """Leave annotations as kustomize does: texts only, without its own ones, and none at all rather than empty.

    Raises:
        InputError: It cannot read again what it makes of one.
        Unsupported: The same for a label; or a step of the build wrote one of its own annotations.
    """
    metadata = draft.metadata
    _check_labels(draft)
    if "annotations" not in metadata:
        return
    annotations = metadata.pop("annotations")
    if isinstance(annotations, dict):
        for key in sorted(_NOTES & annotations.keys()):
            what, hint = (
                f"the annotation {key} that the build gives {draft.id}",
                "kustomize keeps notes there: leave it out",
            )
            raise Unsupported(what, origin=draft.origin, hint=hint)
        empty = {key for holder, key in draft.empty if holder is annotations}
        kept = {
            k: "" if v is None and k in empty else _written(v) for k, v in annotations.items() if k not in _STRIPPED
        }
        for key, value in kept.items():
            check_key(key, draft.origin)
            if value.startswith("\t"):
                check_block(key, value, draft.origin)
        if kept:
            metadata["annotations"] = kept


def _check_labels(draft: Draft) -> None:
    """Kustomize cannot read again such a one that it set itself; no label is one."""
    labels = draft.metadata.get("labels")
    for key, value in labels.items() if isinstance(labels, dict) else ():
        if text(value).startswith("\t") and is_lost_in_a_block(text(value)):
            raise Unsupported(f"the label '{key}' of several lines that begin with a tab", origin=draft.origin)


def settle_annotations(draft: Draft) -> None:
    """Make them the texts that they are when kustomize adds one of its own.

    Raises:
        Removable: The key of one is no text without quotes.
    """
    annotations = draft.metadata.get("annotations")
    if not isinstance(annotations, dict):
        return
    empty = {key for holder, key in draft.empty if holder is annotations}
    for key, value in annotations.items():
        check_key(key, draft.origin)
        annotations[key] = set_by_kustomize("" if value is None and key in empty else _written(value))
    draft.empty = [(holder, key) for holder, key in draft.empty if holder is not annotations]


def _written(value: Any) -> str:
    return "null" if value is None else text(value)
