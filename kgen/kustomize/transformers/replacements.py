"""``replacements``: copies the value of one field into others.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replacements/
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize import looks, paths
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.faults import Faults, Leading, Unmatched
from kgen.kustomize.fields import Place, show_notes
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.growth import check_copy, check_text
from kgen.kustomize.manifests import INTERNAL
from kgen.kustomize.paths import CREATED
from kgen.kustomize.scalars import Shape, is_scalar, kind_of, like, read, text
from kgen.kustomize.selectors import Selector, matches_labels
from kgen.kustomize.spots import Spot
from kgen.kustomize.texts import check_binary, joined
from kgen.resource import ResourceId
from kgen.yamlio.folding import is_lost_in_a_block
from kgen.yamlio.kinds import Linked, Mistyped, NullText, Quoted, Retyped, Tagged
from kgen.yamlio.scalars import INT64_MAX, is_text, is_timestamp, number
from kgen.yamlio.written import is_untagged, settled, unlinked, untagged, unwritten, written_as

_NAME = "metadata.name"
_IDENTITY = ("group", "version", "kind", "name", "namespace")
_ONE = "the source of a replacement must be exactly one"


class Options(NamedTuple):
    """How a value is taken from, or put into, a field.

    Attributes:
        delimiter: Cuts the text of the field into parts; empty for the whole field.
        position: Which part; before the first and after the last it adds one.
        create: Whether a missing field is made.
    """

    delimiter: str = ""
    position: int = 0
    create: bool = False


class Source(NamedTuple):
    """Where the value comes from; the selector's texts are meant exactly."""

    selector: Selector
    field_path: str = ""
    options: Options = Options()


class Target(NamedTuple):
    """Where the value goes to."""

    select: Selector | None
    reject: tuple[Selector, ...] = ()
    field_paths: tuple[str, ...] = ()
    options: Options = Options()


class Replacement(NamedTuple):
    """One entry of ``replacements``; where it is written, and what names the file it is in, if it is in one."""

    source: Source | None
    targets: tuple[Target, ...] | None
    spot: Spot | None = None
    named: Spot | None = None


class ReplacementTransformer(NamedTuple):
    """Makes the replacements in order."""

    replacements: tuple[Replacement, ...]

    def transform(self, collection: Collection) -> None:
        """Copy the values.

        Raises:
            InputError: A source is missing or ambiguous, or a target has no such field.
        """
        faults = Faults(Unmatched)
        for replacement in self.replacements:
            with faults, Leading(replacement.named), Leading(replacement.spot):
                _replace(collection, replacement)
        faults.finish()


def _replace(collection: Collection, replacement: Replacement) -> None:
    if replacement.source is None or replacement.targets is None:
        raise InputError("a replacement has a source and targets")
    source = replacement.source
    draft = _selected(collection, source.selector)
    check_binary(f"a replacement from {draft.id}", draft.files)
    value = _value(draft, source)
    taken = _Taken(draft, source.field_path or _NAME, None if source.options.delimiter else value)
    for target in replacement.targets:
        _copy(collection, value, target, taken)


class _Taken(NamedTuple):
    """Where a value was taken from whole: kustomize does not copy it, so it must not change before its last use."""

    draft: Draft
    path: str
    value: Any

    def check(self, draft: Draft, steps: list[str]) -> None:
        """Refuse to go on if it is another now, or is printed otherwise in a resource."""
        if self.value is None:
            return
        if not is_scalar(self.value):
            looks.check_copy(draft, steps, self.draft, self.value)
            return
        try:
            now = paths.look_up(self.draft.body, paths.steps(self.path))
        except InputError:
            now = None
        if text(now) != text(self.value):
            raise Unsupported(
                f"a replacement that changes its own source, '{self.path}' of {self.draft.id}", origin=self.draft.origin
            )

    def pass_looks(self, draft: Draft, steps: list[str]) -> None:
        """Note that the brackets and comments of a map or list are copied with it."""
        if not is_scalar(self.value):
            draft.files = joined(draft.files, self.draft.files)
        if not is_scalar(self.value) and self.draft.brackets:
            key = next(step for step in reversed(steps) if paths.is_key(step))
            draft.brackets = draft.brackets.joined(self.draft.brackets.below(key))


def _value(draft: Draft, source: Source) -> Any:
    path = source.field_path or _NAME
    steps = paths.steps(path)
    if draft.has_notes and steps in (["metadata"], ["metadata", "annotations"]):
        # kustomize keeps its notes in annotations, and would copy them.
        raise Unsupported(f"a replacement of all annotations of {draft.id}", origin=draft.origin)
    _refuse_notes(draft, steps)
    value = paths.look_up(draft.body, steps)
    if value is None or value in ({}, []) or value.__class__ is NullText:
        raise InputError(f"{draft.id} has no value at '{path}'", hint="the source of a replacement must have one")
    delimiter, index, _ = source.options
    if not delimiter:
        return unlinked(value) if is_scalar(value) else value
    if not is_scalar(value):
        raise InputError(f"a delimiter is for plain values; '{path}' of {draft.id} is a {kind_of(value)}")
    parts = text(value).split(delimiter)
    if not 0 <= index < len(parts):
        raise InputError(f"'{path}' of {draft.id} has {len(parts)} parts, and none at index {index}")
    return _retyped(value, parts[index])


def _selected(collection: Collection, selector: Selector) -> Draft:
    found = [draft for draft in _named(collection, selector) if any(_is(key, selector) for key in _ids(draft))]
    if not found:
        raise Unmatched(f"no resource is {selector}", hint=_nearest(collection, selector) or _ONE)
    if len(found) > 1:
        raise InputError(f"several resources are {selector}", hint=_ONE)
    return found[0]


def _nearest(collection: Collection, selector: Selector) -> str | None:
    from kgen.kustomize import nearby

    wanted = {key: value for key, value in zip(_IDENTITY, selector, strict=False) if value}
    return nearby.resource(wanted, collection) if selector.name else None


def _named(collection: Collection, selector: Selector) -> Iterable[Draft]:
    return collection.named(selector.name) if selector.name else collection


def _ids(draft: Draft) -> list[ResourceId]:
    """Its identities, the present one first; here a namespace is what is written, or was."""
    gvk = draft.gvk
    former = [ResourceId(gvk._replace(kind=kind), namespace, name) for kind, namespace, name in draft.former]
    return [draft.id, *former]


def _is(identity: ResourceId, selector: Selector) -> bool:
    if selector.name not in ("", identity.name):
        return False
    if selector.namespace and (identity.namespace or "default") != selector.namespace:
        return False
    return FieldSpec("", selector.group, selector.version, selector.kind).selects(identity.gvk)


def _copy(collection: Collection, value: Any, target: Target, taken: _Taken) -> None:
    if target.select is None:
        raise InputError("a target of a replacement has select")
    for draft in _named(collection, target.select):
        if not _accepts(target, draft):
            continue
        for path in target.field_paths or (_NAME,):
            try:
                _put(draft, path, value, target.options, taken)
            except InputError as error:
                error.message += f" (field '{path}' of {draft.id})"
                raise
            settled(draft.body)  # the next path may lead to the same label
        if not is_scalar(draft.metadata.get("name")) or not is_scalar(draft.body.get("kind")):
            what = f"a replacement gives {draft.first_key()} a name or kind that is no text"
            raise Unsupported(what) if draft.first_key().gvk.kind.endswith("List") else InputError(what)
        collection.refresh([draft])


def _accepts(target: Target, draft: Draft) -> bool:
    ids = _ids(draft)
    select = target.select or Selector()
    if not matches_labels(select, draft) or not any(_is(one, select) for one in ids):
        return False
    for reject in target.reject:
        by_id, by_label = any(reject[:5]), any(reject[5:])
        if by_label and matches_labels(reject, draft):
            return False
        if by_id and any(_is(one, reject) for one in ids):
            return False
    return True


def _put(draft: Draft, path: str, value: Any, options: Options, taken: _Taken) -> None:
    shape: Shape | None = kind_of(value) if options.create else None
    steps = paths.steps(path)
    if steps[:2] == ["metadata", "annotations"]:
        show_notes(draft)
    _check_place(draft, steps, value)
    check_binary(f"a replacement in {draft.id}", draft.files)
    try:
        found = paths.places(draft.body, steps, paths.Goal(shape, draft.files))
    except Unsupported as error:
        error.message += f" (field '{path}' of {draft.id})"
        raise
    if not found:
        hint = "say create: true to make it" if not options.create else None
        raise InputError("there is no such field", hint=hint)
    for place in found:
        if place.holder is draft.body and place.key == "metadata":
            raise Unsupported(f"a replacement of the whole metadata of {draft.id}", origin=draft.origin)
        if place.holder is draft.metadata and place.key == "annotations":
            raise Unsupported(f"a replacement of all annotations of {draft.id}", origin=draft.origin)
        taken.check(draft, steps)
        _set(place, value, options, draft, steps)
    taken.pass_looks(draft, steps)


def _check_place(draft: Draft, steps: list[str], value: Any) -> None:
    """Refuse a version or kind that is no text without quotes: patches before it change those."""
    _refuse_notes(draft, steps)
    if steps == ["metadata", "labels"] and isinstance(value, list):
        raise Unsupported(f"a replacement of the labels of {draft.id} by a list", origin=draft.origin)
    if steps == ["apiVersion"] and text(value).startswith("/"):
        what = f"a replacement of the apiVersion of {draft.id} by '{text(value)}', which has an empty group"
        raise Unsupported(what, origin=draft.origin)
    if steps in (["apiVersion"], ["kind"]) and not (is_scalar(value) and is_text(text(value))):
        raise Unsupported(f"a replacement of the {steps[0]} of {draft.id} by no text", origin=draft.origin)


def _refuse_notes(draft: Draft, steps: list[str]) -> None:
    for step in steps:
        if INTERNAL in step:
            raise Unsupported(f"a replacement with the annotation {step} of {draft.id}", origin=draft.origin)


def _set(place: Place, value: Any, options: Options, draft: Draft, steps: list[str]) -> None:
    old = place.value
    if options.delimiter:
        if not is_scalar(old):
            raise InputError(f"a delimiter is for plain values, not a {kind_of(old)}")
        if old is None:
            raise Unsupported("a replacement of a part of null")
        parts = text(old).split(options.delimiter) if old is not CREATED else [""]
        value = options.delimiter.join(_inserted(parts, options.position, text(value)))
        check_text(value)
    if old.__class__ is Linked:
        old.later = text(value)
    elif is_scalar(old) and place.holder is draft.metadata.get("annotations"):
        place.put(_annotation(old, text(value)))
    elif is_scalar(old):
        if not text(value) or old is None:
            _check_empty(old, value, draft, steps)
        if text(value).startswith("\t") and is_lost_in_a_block(text(value)):
            raise Unsupported("a replacement by several lines that begin with a tab", origin=draft.origin)
        place.put(_retyped(old, text(value)))
    else:
        check_copy(value)
        place.put(unlinked(value))


def _check_empty(old: Any, value: Any, draft: Draft, steps: list[str]) -> None:
    """Refuse where it depends on the looks of a file what becomes of an empty text, or of a map."""
    if old is None and read(text(value)) is None:
        what = (text(value) or "an empty text") if is_scalar(value) else f"a {kind_of(value)}"
        raise Unsupported(f"a replacement of null by {what}")
    if (old is CREATED or is_untagged(old)) and draft.brackets.around(steps):
        what = f"an empty text that a replacement puts into a field of {draft.id}, where brackets may be around"
        raise Unsupported(what, origin=draft.origin, hint='write it into the resource in quotes: ""')


def _inserted(parts: list[str], index: int, value: str) -> list[str]:
    if index < 0:
        return [value, *parts]
    if index >= len(parts):
        return [*parts, value]
    return [*parts[:index], value, *parts[index + 1 :]]


def _annotation(old: Any, new: str) -> Any:
    """The same for one of the annotations, which become texts in the end, whatever type they have now."""
    if old is None or old.__class__ is NullText:
        return NullText(new)
    if old.__class__ is Mistyped:
        return Mistyped(new)
    try:
        return _retyped(old, new)
    except Unsupported:
        return Mistyped(new)


def _retyped(old: Any, new: str) -> Any:
    """The text as a value of the type that was there: kustomize changes the text and keeps the type."""
    if old is CREATED or is_untagged(old):
        return untagged(_in_full(new), new)
    is_bare = isinstance(old, str) and (old.__class__ is Retyped or not isinstance(old, Quoted | Tagged))
    is_time = is_bare and is_timestamp(text(old))
    if isinstance(old, str) and old.__class__ is not Retyped and not is_time:
        return like(old, new)
    value, in_quotes = _in_full(new), old.__class__ is Retyped
    kind = _type(read(text(old)) if in_quotes else old, text(old))
    found = _type(value, new)
    fits = found is kind or (kind is float and found is int and value <= INT64_MAX and not in_quotes)
    if not fits or is_time != is_timestamp(new):
        raise Unsupported(f"a replacement of {text(old) or 'null'} by '{new}', which is of another type")
    return Retyped(new) if in_quotes else written_as(value, new)


def _in_full(written: str) -> Any:
    value = read(written)
    if isinstance(value, str) and value != written and ":" in written:
        raise Unsupported(f"a replacement by {written}, a time that is not written in full", hint="put it in quotes")
    return value


def _type(value: Any, written: str) -> type:
    """What go-yaml reads: ``1e3`` is a float, though JSON prints 1000."""
    value = unwritten(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return type(number(written)) if is_number else type(value)
