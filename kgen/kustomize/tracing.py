"""Field origins: what made each field of a build, and what changed it last.

Nothing here knows what a transformer does. After each one the resources are compared with what they were, and what
differs is put down to it; so a build that nobody asks about pays nothing.
"""

import copy
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from kgen.equality import same
from kgen.errors import Origin
from kgen.kustomize import causes
from kgen.kustomize.causes import Cause
from kgen.kustomize.collection import Collection as Drafts
from kgen.kustomize.draft import Draft
from kgen.kustomize.generators.generator import Generator
from kgen.kustomize.kustomization import Kustomization
from kgen.kustomize.loader import Folder
from kgen.kustomize.spots import SourceFile, Spot
from kgen.kustomize.steps import Step
from kgen.origins import Change, FieldOrigin, FieldOrigins, Path, children
from kgen.yamlio import marks
from kgen.yamlio.written import unwritten

_IDENTITIES = ("name", "mountPath", "devicePath", "containerPort", "port", "ip", "key", "topologyKey", "type", "kind")
"""What tells the items of a list apart, in Kubernetes' own types and in most others."""


class Tracer:
    """The resources of a build as they were last seen, each with the origins of its fields.

    Args:
        watched: Where the resources come from that are followed; None means all.
    """

    def __init__(self, watched: Collection[Origin] | None = None) -> None:
        self._watched = watched
        self._seen: dict[int, tuple[Draft, Any, FieldOrigins]] = {}

    def of(self, draft: Draft) -> FieldOrigins:
        """The origins of the fields of a resource; of one that is not followed only its own."""
        known = self._seen.get(id(draft))
        return known[2] if known else FieldOrigins(FieldOrigin(draft.origin or Origin("")), {})

    def follows(self, draft: Draft) -> bool:
        """Whether a resource is followed."""
        return self._watched is None or draft.origin in self._watched

    def read(self, drafts: Iterable[Draft], content: bytes, path: str) -> None:
        """Take in what was read from a file."""
        followed = [draft for draft in drafts if self.follows(draft)]
        documents = marks(content, path) if followed else []
        for draft in followed:
            number, *steps = draft.place
            origin, body = draft.origin or Origin(path, 1), _plain(draft.body)
            places = documents[int(number)]
            self._seen[id(draft)] = draft, body, _as_written(body, tuple(steps), places, places.get((), origin))

    def transformed(self, collection: Drafts, step: Step) -> None:
        """Look what a transformer has done that a field of a kustomization asks for."""
        self._observe(collection, causes.of_transformer(str(step.spot.steps[0]), step.spot, step.transformer))

    def plugged(self, collection: Drafts, draft: Draft, made: Any, folder: Folder) -> None:
        """Look what a plug-in has done, which this resource configures."""
        spot = Spot(SourceFile("", "", draft.origin), ())
        of = causes.of_generator(draft.gvk.kind, spot, made, folder)
        self._observe(
            collection, of if isinstance(made, Generator) else causes.of_transformer(draft.gvk.kind, spot, made)
        )

    def generated(self, collection: Drafts, generator: Generator, folder: Folder) -> None:
        """Look what an entry of a generator field has made."""
        if generator.spot is not None:
            field = str(generator.spot.steps[0])
            self._observe(collection, causes.of_generator(field, generator.spot, generator, folder))

    def named(self, collection: Drafts, top: Kustomization) -> None:
        """Look which references follow the names."""
        self._observe(collection, causes.of_references(collection, self.of, top.spot().origin))

    def resolved(self, collection: Drafts, variables: Mapping[str, Any], top: Kustomization) -> None:
        """Look where variables stood."""
        self._observe(collection, causes.of_variables(variables, top.spot().origin))

    def hashed(self, collection: Drafts) -> None:
        """Look which names a hash ends: it comes from what is in the resource."""
        self._observe(collection, lambda draft, *_: causes.unasked("content hash", self.of(draft).here.made))

    def finished(self, collection: Drafts) -> None:
        """Take note of what is only spelled in another way now."""
        self._observe(collection, None)

    def annotated(self, collection: Drafts, top: Kustomization) -> None:
        """Look what ``buildMetadata`` has added."""
        self._observe(collection, lambda *_: causes.unasked("buildMetadata", top.spot("buildMetadata").origin))

    def _observe(self, collection: Drafts, cause: Cause | None) -> None:
        """Put down to this cause whatever has changed since the last look; without one only take note of it."""
        for draft in filter(self.follows, collection):
            known, after = self._seen.get(id(draft)), _plain(draft.body)
            look = _Look(draft, cause)
            origins = look.followed((), known[1], after, known[2]) if known else look.made((), after)
            self._seen[id(draft)] = draft, after, origins


def _plain(body: Any) -> Any:
    return unwritten(copy.deepcopy(body))


def _as_written(value: Any, path: Path, places: Mapping[Path, Origin], above: Origin) -> FieldOrigins:
    """The origins of a value in a file, by the places of its keys and items; an alias has only its own."""
    origin = places.get(path, above)
    below = {step: _as_written(child, (*path, step), places, origin) for step, child in children(value)}
    return FieldOrigins(FieldOrigin(origin), below)


class _Look:
    """One look at one resource."""

    def __init__(self, draft: Draft, cause: Cause | None) -> None:
        self._draft, self._cause = draft, cause

    def _change(self, path: Path, before: Any, after: Any) -> Change | None:
        return self._cause(self._draft, path, before, after) if self._cause else None

    def made(self, path: Path, value: Any) -> FieldOrigins:
        """The origins of a value that was not there before."""
        change = self._change(path, None, value)
        origin = change.origin if change else self._draft.origin or Origin("")
        below = {step: self.made((*path, step), child) for step, child in children(value)}
        return FieldOrigins(FieldOrigin(origin, change), below)

    def followed(self, path: Path, before: Any, after: Any, origins: FieldOrigins) -> FieldOrigins:
        """The origins of a value that was there before, perhaps with another content."""
        if same(before, after):
            return origins
        if isinstance(before, dict) and isinstance(after, dict):
            pairs: Mapping[Any, Any] = {key: key for key in after if key in before}
        elif isinstance(before, list) and isinstance(after, list):
            pairs = paired(before, after)
        else:
            changed = self._change(path, before, after) or origins.here.changed
            below = {step: self.made((*path, step), child) for step, child in children(after)}
            return FieldOrigins(origins.here._replace(changed=changed), below)
        below = {
            step: self.followed((*path, step), before[pairs[step]], child, origins.below[pairs[step]])
            if step in pairs
            else self.made((*path, step), child)
            for step, child in children(after)
        }
        return FieldOrigins(origins.here, below)


def paired(before: list[Any], after: list[Any]) -> dict[int, int]:
    """Which item of a list was which before: equal ones, then those of one name, then those in one place."""
    pairs: dict[int, int] = {}
    left = dict(enumerate(before))

    def pair(rest: Mapping[int, Any], key_of: Callable[[int, Any], str | None]) -> None:
        places: dict[str | None, list[int]] = {}
        for index, item in reversed(left.items()):
            places.setdefault(key_of(index, item), []).append(index)
        for index, item in rest.items():
            key = key_of(index, item)
            if key is not None and places.get(key):
                pairs[index] = places[key].pop()
                del left[pairs[index]]

    for key_of in (_content, _identity, _place):
        pair({index: item for index, item in enumerate(after) if index not in pairs}, key_of)
    return pairs


def _content(_: int, item: Any) -> str:
    return json.dumps(item, sort_keys=True, default=str)


def _identity(_: int, item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    return next((_content(0, [key, item[key]]) for key in _IDENTITIES if key in item), None)


def _place(index: int, item: Any) -> str | None:
    """Items of one name are told apart by it, not by their places."""
    return None if _identity(index, item) else f"{type(item).__name__} {index}"
