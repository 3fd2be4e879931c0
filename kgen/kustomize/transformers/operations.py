"""JSON 6902 operations on a resource, which kustomize turns into JSON for them, and back."""

from typing import Any

from kgen.errors import InputError, Unsupported
from kgen.kustomize import json6902, notes
from kgen.kustomize.draft import Draft
from kgen.kustomize.hashes import has_negative_zero
from kgen.kustomize.manifests import INTERNAL, read_notes, settle_annotations
from kgen.kustomize.scalars import text
from kgen.resource import Body
from kgen.yamlio.brackets import NONE
from kgen.yamlio.kinds import Folded, Mistyped, NullText
from kgen.yamlio.scalars import WORDS, is_negative_zero
from kgen.yamlio.written import printed_by_json, unlinked, unwritten

Operations = tuple[Any, ...]


def operate(draft: Draft, operations: Operations) -> None:
    """Apply JSON 6902 operations to a resource.

    Raises:
        FailedOperation: One leads nowhere or is none, or a test fails.
        InputError: What they leave is no map.
    """
    _refuse_own_notes(operations)
    _check_tests(draft, operations)
    if any(key.startswith(INTERNAL) for key in draft.strings("annotations")):
        what = f"a JSON 6902 patch of {draft.id}, which has an annotation {INTERNAL}…"
        raise Unsupported(what, origin=draft.origin, hint="remove the annotation")
    if draft.has_notes:
        _refuse_notes(draft, operations)
    metadata = draft.body.get("metadata")
    if draft.has_notes and isinstance(metadata, dict) and not isinstance(metadata.get("annotations"), dict):
        # kustomize keeps its notes there, so a patch can add an annotation where there was none.
        metadata["annotations"] = {}
    if isinstance(draft.metadata.get("annotations"), dict):
        _read_annotations(draft, draft.metadata["annotations"])
    marked = draft.maker is not None and notes.mark(draft)
    try:
        draft.body = printed_by_json(json6902.apply(unwritten(unlinked(draft.body)), operations))
    except InputError as error:
        error.message += f" in {draft.id}"
        raise
    draft.empty, draft.null_labels, draft.brackets, draft.files = [], {}, NONE, ()
    if draft.has_notes:
        draft.body.setdefault("metadata", {})
    metadata = draft.body.get("metadata", {})
    if isinstance(metadata, dict) and not metadata.get("annotations"):
        metadata.pop("annotations", None)  # kustomize takes "", 0, false and [] for none
    _check_result(draft)
    if marked and not notes.is_marked(draft):
        draft.forget_maker()
    read_notes(draft)
    settle_annotations(draft)


def _check_result(draft: Draft) -> None:
    metadata = draft.body.get("metadata", {})
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("annotations", {}), dict)
        or (isinstance(metadata.get("labels"), list) and metadata["labels"])
    ):
        raise Unsupported(f"a JSON 6902 patch that spoils the metadata of {draft.gvk.kind}", origin=draft.origin)
    if draft.body.get("apiVersion", "") is None:  # it is the word null then, which kustomize takes for a version
        raise Unsupported(f"a JSON 6902 patch of {draft.id}, whose apiVersion is null", origin=draft.origin)


def _read_annotations(draft: Draft, annotations: Body) -> None:
    """Make them what they are in JSON, where all spellings of null are one.

    Raises:
        Unsupported: A replacement put something into one that is not of its type.
    """
    for key, value in annotations.items():
        if value.__class__ is Mistyped or (value.__class__ is NullText and WORDS.get(value, value) is not None):
            what = f"a JSON 6902 patch of {draft.id} after a replacement of its annotation '{key}' by another type"
            raise Unsupported(what, origin=draft.origin, hint=f"put the value of '{key}' in quotes before")
        if value.__class__ is NullText:
            annotations[key] = None
        elif isinstance(value, Folded):
            annotations[key] = Folded.of(text(value))
        elif not isinstance(value, str) and is_negative_zero(text(value)):
            annotations[key] = "-0"


def _refuse_notes(draft: Draft, operations: Operations) -> None:
    """Kustomize keeps its notes in annotations, and copies them where a patch copies those."""
    for operation in operations:
        said = operation if isinstance(operation, dict) else {}
        place = said.get("path") if said.get("op") == "test" else said.get("from")
        if place in ("", "/metadata", "/metadata/annotations"):
            raise Unsupported(f"a JSON 6902 {said.get('op')} of all annotations of {draft.id}", origin=draft.origin)


def _check_tests(draft: Draft, operations: Operations) -> None:
    """A test without a value fails where there is one, and lets kustomize panic where there is none.

    Raises:
        InputError: There is such a test.
        Unsupported: A test may compare a -0.0, whose sign counts.
    """
    tests = [operation for operation in operations if isinstance(operation, dict) and operation.get("op") == "test"]
    if tests and has_negative_zero(draft.body):
        what = f"a JSON 6902 test of {draft.id}, which has the number -0.0"
        raise Unsupported(what, origin=draft.origin, hint="write 0, or put it in quotes")
    for operation in tests:
        if "value" not in operation:
            raise InputError(f"JSON 6902 test at '{operation.get('path')}' of {draft.id} has no value to test for")


def _refuse_own_notes(operations: Operations) -> None:
    for operation in operations:
        for place in (operation.get("path"), operation.get("from")) if isinstance(operation, dict) else ():
            if isinstance(place, str) and place.startswith("/metadata/annotations/" + INTERNAL.rstrip("/")):
                note = place.split("/")[3].replace("~1", "/")
                raise Unsupported(f"the annotation {note} in a patch", hint="remove it")
