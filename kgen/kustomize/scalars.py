"""Scalars as text: kustomize compares and joins what is written in a file, never the value it stands for."""

from typing import Any, Literal

from kgen.errors import Origin, Removable, Unsupported
from kgen.yamlio import scalars as plain
from kgen.yamlio.folding import is_lost_in_a_block
from kgen.yamlio.kinds import Folded, Linked, Quoted, Tagged, TaggedQuoted, needs_quotes
from kgen.yamlio.written import bare, untagged

Shape = Literal["map", "list", "scalar"]
NULLS = ("", "~", "null", "Null", "NULL")
"""What may be written for a null."""


def text(value: Any) -> str:
    """How a scalar reads in YAML; the empty string for null, maps and lists."""
    if value.__class__ is str:
        return value
    if isinstance(value, str):
        return str(getattr(value, "text", value))
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        return getattr(value, "text", None) or repr(value)
    return ""


def read(written: str) -> Any:
    """The value of a scalar that is written without quotes.

    Raises:
        Unsupported: JSON has no such number: what is not replaced again before the end cannot be built.
    """
    if written in plain.WORDS:
        value = plain.WORDS[written]
        if isinstance(value, float):
            raise Unsupported(f"the number {written}, which JSON does not have")
        return value
    if written[0] not in plain.NUMERIC_START:
        return written
    number = None if plain.is_timestamp(written) else plain.number(written)
    return (plain.timestamp(written) or written) if number is None else plain.json_number(number)


def check_key(key: str, origin: Origin | None = None) -> None:
    """Check a key that kustomize writes itself: it uses no quotes.

    Raises:
        Removable: Without quotes the key is no text.
        Unsupported: It is empty or null: kustomize fails, or drops it.
    """
    if plain.WORDS.get(key, key) is None:
        what = f"the key {key}" if key else "an empty key"
        raise Unsupported(f"{what} among those that kustomize writes", origin=origin)
    if not plain.is_text(key):
        raise Removable(
            f"kustomize writes the key '{key}' without quotes, and then it is no text",
            origin=origin,
            hint="choose a key that is no number, date, boolean or null",
        )


def untyped(old: Any, new: str) -> Any:
    """A text that kustomize sets without a type: what it looks like, unless the one it takes the place of has quotes.

    https://github.com/kubernetes-sigs/kustomize/blob/master/api/filters/filtersutil/setters.go, ``SetScalar``

    Raises:
        Unsupported: The old one stands in several places, which would all change.
    """
    if old.__class__ is Linked:
        raise change_of_shared(old)
    return Quoted(new) if isinstance(old, Quoted) else untagged(read(new), new)


def change_of_shared(old: str) -> Unsupported:
    """What is wrong with the change of a label or annotation in one of its places."""
    what = f"a change of '{old}', a label or annotation that kustomize keeps once for several places"
    return Unsupported(what, hint="say another one where it comes from")


def field_of(fields: dict[str, Any], key: str, new: str) -> Any:
    """A text that kustomize sets as a field: in quotes where it is new and YAML 1.1 sees no text in it, else untyped.

    https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/yaml/fns.go, ``FieldSetter``
    """
    if key in fields:
        return untyped(fields[key], new)
    return Quoted(new) if "\n" in new or needs_quotes(new) else untagged(read(new), new)


def like(old: Any, new: str) -> str:
    """A text in quotes, or with a tag, where the one it takes the place of was.

    Raises:
        Unsupported: It begins with a tab, which looks like an indent in a block.
    """
    if isinstance(old, Quoted):
        if new.startswith("\t"):
            raise Unsupported("a text that begins with a tab, for one that may be in a block")
        if isinstance(old, Folded):
            return old.__class__.of(new)
        return TaggedQuoted(new) if old.has_tag else Quoted(new)
    return Tagged(new) if isinstance(old, Tagged) else bare(new)


def is_scalar(value: Any) -> bool:
    """Whether it is neither a map nor a list; null is a scalar too."""
    return not isinstance(value, dict | list)


def kind_of(value: Any) -> Shape:
    """The word for its shape in a message: map, list or scalar."""
    return "map" if isinstance(value, dict) else "list" if isinstance(value, list) else "scalar"


def check_block(key: str, value: str, origin: Origin | None) -> None:
    """Look at a text that kustomize itself writes.

    Raises:
        Removable: It becomes a block that kustomize cannot read again.
    """
    if is_lost_in_a_block(value):
        raise Removable(
            f"kustomize cannot read what it makes of '{key}': several lines, and the first one begins with a tab",
            origin=origin,
            hint="begin the text with an empty line, or indent it with spaces",
        )
