"""Strings that still say what the overlay changed: kustomize renames a Service, not the text that names it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple

from kgen.fieldpath import FieldPath, ItemKey
from kgen.kustomize.transformers.images import split
from kgen.resource import Resource, ResourceId, ResourceMap, original
from kgen.schema import pods

# Not the start of a longer name or version.
_END: Final = r"(?![\w-])(?!\.\d)"


class Renaming(NamedTuple):
    """Something that has another name than in the base: a resource, a namespace, an image, a tag, a folder."""

    kind: Literal["resource", "namespace", "image", "tag", "folder"]
    what: str
    before: str
    after: str


class Leftover(NamedTuple):
    """A string of the built overlay that still holds the name from before."""

    resource: ResourceId
    path: FieldPath
    renaming: Renaming

    def __str__(self) -> str:
        _, what, before, after = self.renaming
        return f"{self.resource} {self.path}: {before!r} is now {after!r} ({what})"


def find_leftovers(before: ResourceMap, after: ResourceMap) -> list[Leftover]:
    """The strings in ConfigMaps, environments and arguments that the overlay left behind.

    Args:
        before: What the base builds.
        after: What the overlay builds of it.
    """
    renamings = _merged(_renamings(before, after))
    return [
        Leftover(resource.id, path, renaming)
        for resource in after
        for path, text in _strings(resource)
        for renaming in renamings
        if _says(path, text, renaming)
    ]


def _merged(renamings: Iterable[Renaming]) -> list[Renaming]:
    """One renaming where several things, a Service and its Deployment, had one name and have one again."""
    whats: dict[tuple[Any, ...], list[str]] = {}
    for kind, what, before, after in renamings:
        known = whats.setdefault((kind, before, after), [])
        if what not in known:
            known.append(what)
    return [Renaming(kind, ", ".join(names), before, after) for (kind, before, after), names in whats.items()]


def _renamings(before: ResourceMap, after: ResourceMap) -> Iterator[Renaming]:
    for resource in after:
        earlier = original(resource, before)
        if earlier is None:
            continue
        one, other = earlier.id, resource.id
        if one.name != other.name:
            yield Renaming("resource", f"{other.gvk.kind}/{one.name}", one.name, other.name)
        if one.namespace != other.namespace:
            yield Renaming("namespace", "namespace", one.namespace or "default", other.namespace or "default")
        yield from _image_renamings(earlier, resource)
        yield from _folder_renamings(earlier, resource)


def _image_renamings(before: Resource, after: Resource) -> Iterator[Renaming]:
    for (_, one), (_, other) in zip(pods.containers(before.body), pods.containers(after.body), strict=False):
        old, new = one.get("image"), other.get("image")
        if not isinstance(old, str) or not isinstance(new, str) or old == new:
            continue
        name, *version = split(old)
        new_name, *new_version = split(new)
        if name != new_name:
            yield Renaming("image", f"image {name}", name, new_name)
        tag, new_tag = next(filter(None, version), ""), next(filter(None, new_version), "")
        if tag and tag not in (new_tag, "latest"):
            yield Renaming("tag", f"tag of {name}", tag, new_tag)


def _folder_renamings(before: Resource, after: Resource) -> Iterator[Renaming]:
    folders = {volume.get("name"): path for volume, path, _ in pods.host_paths(after.body)}
    for volume, path, _ in pods.host_paths(before.body):
        other = folders.get(volume.get("name"), path)
        if other != path:
            yield Renaming("folder", "hostPath", path, other)


def _strings(resource: Resource) -> Iterator[tuple[FieldPath, str]]:
    """What a person wrote as text; what is no text there, or not where Kubernetes has it, is left alone."""
    if (resource.id.gvk.group, resource.id.gvk.kind) == ("", "ConfigMap"):
        for key, value in (pods.mapping(resource.body, "data") or {}).items():
            yield FieldPath(("data", str(key))), str(value)
    above = pods.pod_spec_path(resource.id.gvk) or ()
    for field, container in pods.containers(resource.body):
        path = FieldPath((*above, field, ItemKey((("name", container.get("name")),))))
        for variable in pods.items(container, "env"):
            if isinstance(variable.get("value"), str):
                yield path / "env" / ItemKey((("name", variable.get("name")),)) / "value", variable["value"]
        for name in ("command", "args"):
            yield from _arguments(path / name, container.get(name))


def _arguments(path: FieldPath, values: Any) -> Iterator[tuple[FieldPath, str]]:
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            yield path / index, value


def _says(path: FieldPath, text: str, renaming: Renaming) -> bool:
    """Whether the text holds the name by itself: as the whole, a word, a host or a part of an image."""
    name = re.escape(renaming.before)
    if renaming.kind == "folder":
        return text == renaming.before or text.startswith(f"{renaming.before}/")
    if renaming.kind == "namespace":
        return text == renaming.before or re.search(rf"\.{name}{_END}", text) is not None
    if renaming.kind == "image" and "/" not in renaming.before:
        # A one-word image is often also a host or a user: only where the text or its key speaks of images.
        about_images = re.search("image|repo", str(path), re.IGNORECASE) is not None
        return re.match(rf"{name}[:@]", text) is not None or (about_images and text == renaming.before)
    if renaming.kind == "tag" and renaming.before.isdigit():
        # A number may count anything: only where the key speaks of images.
        return text == renaming.before and re.search("image|tag|version", str(path), re.IGNORECASE) is not None
    # Behind a single slash is a path or a database, behind two a host.
    start = r"(?<![\w./-])" if renaming.kind == "image" else r"(?:(?<=//)|(?<![\w./-]))"
    return re.search(start + name + _END, text) is not None
