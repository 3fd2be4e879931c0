"""``images``: another name, tag or digest for container images.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/. Every ``containers`` and
``initContainers`` list anywhere counts, except in CustomResourceDefinitions. The name is a regular expression, as in
kustomize (https://github.com/kubernetes-sigs/kustomize/issues/5140).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.fields import Place, visit
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.regex import compiled
from kgen.kustomize.scalars import NULLS, is_scalar, kind_of, text, untyped

_LISTS = ("containers", "initContainers")
_REST = r"(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?"
_ENDS = re.compile(_REST).fullmatch


class Image(NamedTuple):
    """What one entry of ``images`` says; empty parts say nothing."""

    name: str = ""
    new_name: str = ""
    tag_suffix: str = ""
    new_tag: str = ""
    digest: str = ""

    def means(self, image: str) -> bool:
        """Whether this is the entry's image, in whatever version."""
        return bool(_pattern(self.name)(image))

    def applied(self, image: str) -> str:
        """The image with this entry applied, if it is meant."""
        if not self.means(image):
            return image
        name, tag, digest = split(image)
        name = self.new_name or name
        if self.new_tag or self.digest:
            tag, digest = self.new_tag, self.digest
        elif self.tag_suffix:
            tag, digest = tag + self.tag_suffix, ""
        return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


class ImageTransformer(NamedTuple):
    """Applies the entries in order, all in one walk through the resources."""

    images: tuple[Image, ...]
    specs: tuple[FieldSpec, ...]

    def transform(self, collection: Collection) -> None:
        """Apply them.

        Raises:
            InputError: An image is no plain text, or a name no regular expression.
        """
        changed: dict[tuple[str, int], str | None] = {}
        for draft in collection:
            if draft.gvk.kind == "CustomResourceDefinition":
                continue
            found = self._found(draft)
            for place, _ in found:
                if not is_scalar(place.value):
                    raise InputError(f"an image of {draft.id} is a {kind_of(place.value)}", origin=draft.origin)
            for place, times in found:
                self._set(place, changed, times)

    def _found(self, draft: Draft) -> list[tuple[Place, int]]:
        """The images, and how many times kustomize changes each: for containers, and once more for each field spec."""
        places = list(_places(draft.body))
        for spec in self.specs:
            if spec.selects(draft.gvk):
                visit(draft, spec, places.append)
        by_field = {(id(place.holder), place.key): place for place in places}
        times = Counter((id(place.holder), place.key) for place in places)
        return [(place, times[field]) for field, place in by_field.items()]

    def _set(self, place: Place, changed: dict[tuple[str, int], str | None], times: int) -> None:
        if place.value is None:
            if any(self._applied(word, times) is not None for word in NULLS):
                raise Unsupported("an image that is null and changed", hint="give it a name")
            return
        image = text(place.value)
        if (image, times) not in changed:
            changed[image, times] = self._applied(image, times)
        after = changed[image, times]
        if after is not None:
            place.put(untyped(place.value, after))  # it loses its type also where it stays the same

    def _applied(self, image: str, times: int) -> str | None:
        """The image with all entries applied; None if no entry means it."""
        is_meant = False
        for entry in self.images:
            is_meant = is_meant or entry.means(image)
            for _ in range(times):
                image = entry.applied(image)
        return image if is_meant else None


@cache
def _pattern(name: str) -> Callable[[str], object]:
    """Whether an image is one of this name, which is seldom more of an expression than its dots.

    Raises:
        InputError: The name is no regular expression.
        Unsupported: It is one that cannot be matched here.
    """
    if re.fullmatch(r"[\w./:-]*", name, re.ASCII):
        return lambda image: _begins(image, name) and _ENDS(image, len(name))
    try:
        return compiled(f"^{name}{_REST}$").search
    except InputError:
        compiled(name)  # what is wrong is told of what is written
        raise


def _begins(image: str, name: str) -> bool:
    """Whether an image begins with a name; a dot in that stands for any character."""
    return image.startswith(name) or (
        len(image) >= len(name) and all(a == b or (b == "." and a != "\n") for a, b in zip(image, name, strict=False))
    )


def split(image: str) -> tuple[str, str, str]:
    """Name, tag and digest of an image; a port of the registry belongs to the name."""
    slash = max(image.find("/"), 0)
    rest = image[slash:]
    at, colon = rest.find("@"), rest.find(":")
    if at >= 0 and (colon < 0 or at < colon):
        return image[: slash + at], "", rest[at + 1 :]
    if colon < 0:
        return image, "", ""
    tag, _, digest = rest[colon + 1 :].partition("@")
    return image[: slash + colon], tag, digest


def _places(node: Any) -> Iterator[Place]:
    """The image of each item in a list of containers, wherever in the resource."""
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, dict | list):
                yield from _places(value)
                if key in _LISTS and isinstance(value, list):
                    yield from (Place(item, "image") for item in _maps(value, key) if "image" in item)
    elif isinstance(node, list):
        for item in node:
            if isinstance(item, dict | list):
                yield from _places(item)


def _maps(items: list[Any], key: str) -> Iterator[dict[str, Any]]:
    for item in items:
        if isinstance(item, dict):
            yield item
        elif item is not None:
            raise InputError(f"an item of {key} is a {kind_of(item)}, not a map")
