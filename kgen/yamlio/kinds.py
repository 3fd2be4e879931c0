"""Kinds of scalars: what kustomize knows of a value beside the value itself, since it keeps YAML as it was parsed.

See `kgen.yamlio.written`, which tells where they come from.
"""

from functools import lru_cache
from typing import Any, Self

from kgen.yamlio.folding import reread


class Quoted(str):
    """A text in quotes, or in a block.

    Attributes:
        has_tag: Whether it has a tag, too, ``!!str "7"``: a number that takes its place takes the quotes, and is a
            number by a tag of its own.
    """

    __slots__ = ()
    has_tag = False

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: Any) -> Self:
        return self


class Folded(Quoted):  # it needs a dictionary for its text
    """A text in a folded block, ``>``, as it is once kustomize has printed it and read it again.

    Attributes:
        text: As it was before: what others copy, and what another style prints.
    """

    text: str

    @classmethod
    def of(cls, text: str) -> Self:
        """A text that comes into such a block.

        Raises:
            InputError: kustomize cannot read what it prints.
        """
        folded = cls(reread(text, "", is_folded=True))
        folded.text = text
        return folded


class TaggedQuoted(Quoted):
    """See `Quoted.has_tag`."""

    __slots__ = ()
    has_tag = True


class TaggedFolded(Folded):
    """See `Quoted.has_tag`."""

    has_tag = True


class Retyped(Quoted):
    """A number or a boolean that a patch put in the quotes of a text: text, but what replaces it must be one too."""

    __slots__ = ()


class Tagged(str):
    """A text by its tag, ``!!str 7``: it needs no quotes, and gives none to what replaces it."""

    __slots__ = ()

    def __deepcopy__(self, _: Any) -> Self:
        return self


class NullText(str):
    """The word that is written for an annotation that is null: it is a text in the end, though nothing before."""

    __slots__ = ()

    def __deepcopy__(self, _: Any) -> Self:
        return self


class Mistyped(str):
    """A text that a replacement put where a number was: an annotation may be one, but JSON has none such."""

    __slots__ = ()

    def __deepcopy__(self, _: Any) -> Self:
        return self


class Untagged(str):
    """A text that kustomize has given no type: in quotes it is none, but a number that takes its place becomes one.

    Nothing, or a word for null, is null in the end.
    """

    __slots__ = ()
    is_tagged = False

    def __deepcopy__(self, _: Any) -> Self:
        return self


class WrittenInt(int):
    """A whole number that is not written as it is printed, such as ``0x10``."""

    text: str

    def __deepcopy__(self, _: Any) -> "WrittenInt":
        return self


class WrittenFloat(float):
    """A number that is not written as it is printed, such as ``1.50``."""

    text: str

    def __deepcopy__(self, _: Any) -> "WrittenFloat":
        return self


class WrittenBool(int):
    """A boolean in capitals, such as ``True``: an integer, for Python's booleans have no subclasses."""

    text: str

    def __deepcopy__(self, _: Any) -> "WrittenBool":
        return self


class WrittenDate(str):  # noqa: SLOT000  # it needs a dictionary for its text
    """A date as JSON has it, which was written shorter."""

    text: str

    def __deepcopy__(self, _: Any) -> "WrittenDate":
        return self


class Linked(str):  # noqa: SLOT000  # it needs a dictionary for what it becomes
    """A text that stands in several places of one resource at once: changed in one, it changes in all.

    Attributes:
        later: What it has been changed to, or itself.
        is_quoted: Whether it is in quotes now: it takes those of what it replaces in one of the places.
    """

    later: Any
    is_quoted: bool

    def __deepcopy__(self, _: Any) -> "Linked":
        return self

    @classmethod
    def of(cls, value: str, *, is_quoted: bool = False) -> "Linked":
        """A text for several places."""
        linked = cls(value)
        linked.later, linked.is_quoted = linked, is_quoted
        return linked

    def set_again(self) -> None:
        """Give it quotes where it needs some, as kustomize does whenever it sets it or a merge passes by."""
        self.is_quoted = self.is_quoted or needs_quotes(str(self))


def needs_quotes(value: str) -> bool:
    """Whether YAML 1.1 would see no text in it; in several lines kustomize does not look.

    https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/yaml/compatibility.go, ``IsYaml1_1NonString``
    """
    return "\n" not in value and not _is_legacy_text(value)


@lru_cache
def _is_legacy_text(value: str) -> bool:
    from kgen.yamlio.legacy import is_legacy_text  # few builds ask

    return not value or is_legacy_text(value)
