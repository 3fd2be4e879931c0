"""Plain ConfigMaps of a base under a hash of their content: one component takes each away, the next generates it.

kustomize ends only names with a hash that it generates, and generates none over a plain one that is there. Components
apply in their order, before the overlay's own fields, so that those and all references find the generated one. Values
are literals: a file of their own with kgen's header would be another value.
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/components/
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kgen import yamlio
from kgen.equality import same
from kgen.errors import InputError, KgenError
from kgen.fieldpath import FieldPath
from kgen.overlay.edits import HASHED, Edit
from kgen.overlay.patches import identity
from kgen.overlay.rules.state import Notice
from kgen.overlay.trial import is_generated, under_fields
from kgen.resource import Body, Resource, ResourceMap, original
from kgen.schema.merge_keys import is_known

COMPONENTS: Final = ("components/remove-plain-config", "components/generate-config")
FILES: Final = tuple(f"{folder}/kustomization.yaml" for folder in COMPONENTS)
WHY: Final = "kustomize hashes what it generates: a plain ConfigMap goes, and one of its name is generated"

_HEAD: Final = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}

Reasons = dict[tuple[str | int, ...], str]


class Generated(NamedTuple):
    """A ConfigMap of the base that is generated instead.

    Attributes:
        before: As the base has it.
        entry: The entry of ``configMapGenerator``.
        made: What kustomize makes of that.
        reasons: Why, by position in the entry.
    """

    before: Resource
    entry: Body
    made: Resource
    reasons: Reasons


def generated(before: Resource, after: Body, edits: Sequence[Edit]) -> Generated:
    """The generator that comes nearest to a ConfigMap: what it has no words for, binary data, is left to a patch.

    Args:
        before: As the base has it.
        after: As it is to be.
        edits: What was wished of it.

    Raises:
        InputError: kustomize generates nothing like that.
        Unsupported: Or nothing that the engine could tell.
    """
    was, data = before.body.get("data") or {}, after.get("data") or {}
    _check(data)
    data = {key: data[key] for key in (*(one for one in was if one in data), *sorted(data.keys() - was.keys()))}
    entry = _entry(before, after, data)
    made = next(iter(under_fields((), {"configMapGenerator": [entry]}, hash_suffixes=False)))
    return Generated(before, entry, made, dict(_reasons(was, data, edits)))


def check_all(edited: ResourceMap, base: ResourceMap) -> None:
    """See that kustomize can generate what is to have a hash; see `check`."""
    for one in edited:
        before = original(one, base)
        if before is not None and is_generated(before, one):
            check(before, one.body)


def check(before: Resource, after: Body) -> None:
    """See that kustomize can generate a ConfigMap like this.

    Raises:
        InputError: It cannot.
        Unsupported: The engine cannot tell.
    """
    try:
        generated(before, after, ())
    except KgenError as error:
        error.message = f"kustomize cannot generate {before.id}: {error.message}"
        raise


def _check(data: Any) -> None:
    """A plain ConfigMap can hold what a server refuses.

    Raises:
        InputError: This one does.
    """
    if not isinstance(data, dict):
        raise InputError("its data is no map", hint="write KEY: text")
    for key, value in data.items():
        if not isinstance(value, str):
            raise InputError(f"{value!r} under {key!r} is no text", hint="put it in quotes")
        if "\x85" in value:
            raise InputError(f"U+0085 under {key!r} ends a line on the way", hint="write a space or a line break")
        if not re.fullmatch(r"[-._A-Za-z0-9]+", key):
            raise InputError(f"{key!r} is no key", hint="a key has letters, digits, '-', '_' and '.'")


def _entry(before: Resource, after: Body, data: Mapping[str, str]) -> Body:
    metadata = after["metadata"]
    options: Body = {key: metadata[key] for key in ("labels", "annotations") if metadata.get(key)}
    if after.get("immutable") is True:
        options["immutable"] = True
    literals = [_literal(key, value) for key, value in data.items()]
    return {
        "name": before.id.name,
        **({"namespace": before.id.namespace} if before.id.namespace else {}),
        **({"literals": literals} if literals else {}),
        **({"options": options} if options else {}),
    }


def _literal(key: str, value: str) -> str:
    """As kustomize reads it, which takes one pair of quotes off a value, and in kubectl 1.27 stumbles over one quote.

    https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.6.0/api/kv/kv.go (removeQuotes)
    """
    if value and value[0] == value[-1] and value[0] in "\"'":
        quote = "'" if value[0] == '"' else '"'
        return f"{key}={quote}{value}{quote}"
    return f"{key}={value}"


def _reasons(
    before: Mapping[str, Any], after: Mapping[str, Any], edits: Iterable[Edit]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Those of values at their literals, the others above the entry."""
    above, keys = list[str](), list(after)
    for edit in edits:
        match edit.path.segments:
            case ("data", str(key)) if key in after and not same(before.get(key), after[key]):
                yield ("literals", keys.index(key)), edit.reason
            case ("data", str(key)) if key not in after and key in before:
                above.append(f"without {key} ({edit.reason})")
            case _ if edit.path == HASHED:
                above.insert(0, edit.reason)
    yield (), "; ".join(above)


def unfollowed(built: ResourceMap, base: ResourceMap) -> Iterator[Notice]:
    """Say where a resource of a kind that kustomize knows no references of still names one without its hash."""
    made = [one for one in built if is_generated(original(one, base), one)]
    names = {former.name: one for one in made for former in one.previous_ids}
    custom = [one for one in built if "." in one.id.gvk.group and not is_known(one.id.gvk)]
    for resource in custom if names else ():
        for path, name in _names(resource.body, FieldPath()):
            if name in names and path.segments[0] != "metadata":
                here, now, before = resource.id, names[name].id.name, names[name].previous_ids[0].name
                yield Notice(
                    f"{here} has {name!r} at {path}, and ConfigMap/{name} is now {now}",
                    f"if it names that, leave {before} out of features.content-hash.configMaps",
                )


def _names(node: Any, path: FieldPath) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(node, str):
        yield path, node
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _names(child, path / key)


def texts(found: Sequence[Generated]) -> dict[str, str]:
    """The files of both components, by path in the overlay's folder; none where nothing is generated."""
    if not found:
        return {}
    patches = [{"patch": yamlio.write({**identity(one.before.body), "$patch": "delete"})} for one in found]
    reasons = {
        ("configMapGenerator", index, *steps): why
        for index, one in enumerate(found)
        for steps, why in one.reasons.items()
        if why
    }
    bodies = ({**_HEAD, "patches": patches}, {**_HEAD, "configMapGenerator": [one.entry for one in found]})
    return {path: yamlio.write(body, said) for path, body, said in zip(FILES, bodies, ({}, reasons), strict=True)}
