"""A wish in which texts follow the things that they name, and pods start anew when their configuration changes.

kustomize renames a Service, not the text that names it. Where a value of a ConfigMap is exactly a name, and kustomize
itself changes that name, a ``nameReference`` lets it follow by kustomize's own means, content hashes and prefixes of
later overlays too (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configurations/). Everything
else is computed: ``replacements`` break at the port of a registry and in URLs.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kgen.errors import InputError, InputErrors, VerificationError
from kgen.fieldpath import FieldPath
from kgen.overlay.apps import app_of
from kgen.overlay.apps.app import Scene
from kgen.overlay.couplings import network_policies
from kgen.overlay.couplings.apart import Apart, Sibling, following, renamed
from kgen.overlay.couplings.checksums import checksums
from kgen.overlay.couplings.following import NONE, Declared, Followed, Key, Leftover, Texts, follow
from kgen.overlay.couplings.places import Place, places
from kgen.overlay.couplings.ports import node_ports, taken_twice
from kgen.overlay.couplings.things import Course, courses, index, rehashed
from kgen.overlay.desired import Wish
from kgen.overlay.edits import Edit, apply_edits
from kgen.overlay.features import content_hash
from kgen.overlay.generation import check_all
from kgen.overlay.rules.state import Notice
from kgen.overlay.spec import Spec
from kgen.overlay.trial import is_generated
from kgen.overlay.verify import readable
from kgen.resource import Body, ResourceId, ResourceMap, original
from kgen.schema.scope import is_cluster_scoped

REFERENCES: Final = "name-references.yaml"


@dataclass(frozen=True, slots=True)
class Coupled:
    """A wish with its couplings.

    Attributes:
        wish: The wish, couplings and all.
        followed: The texts that follow.
        leftovers: Those that do not, and hold what the overlay changes.
        fields: Which fields are set for it, by the key of their resource's id before kustomize's own fields apply.
    """

    wish: Wish
    followed: tuple[Followed, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    fields: frozenset[Key] = frozenset()


def couple(wished: Wish, base: ResourceMap, spec: Spec, siblings: Iterable[Sibling] = (), name: str = "") -> Coupled:
    """The wish with what follows from it.

    Args:
        wished: What the declaration, the rules, a function and patches make of the base.
        base: What the base builds.
        spec: The declaration.
        siblings: Other overlays of the same base.
        name: Of this one.

    Raises:
        InputError: What is declared cannot be built.
    """
    check_all(wished.edited, base)
    others = tuple(siblings) if node_ports(wished.edited) else siblings
    wished = replace(wished, notices=(*wished.notices, *taken_twice(spec, wished.edited, others)))
    apart = tuple(Apart(name, spec, base, wished.edited).renames(others))
    if apart:
        apart = (*apart, *following(wished.edited, apart))
        wished = replace(wished, edited=renamed(wished.edited, apart), edits=(*wished.edits, *apart))
    wished, state = readable(wished, base)
    found = courses(base, wished.edited, state)
    ignored = frozenset(address for address, wish in spec.couplings.items() if wish == NONE)
    scene, app = Scene(found, wished.taken, ignored, wished.followed), app_of(spec, base)
    known = list(app.follows(scene)) if app else []
    settled = frozenset((one.resource.key, one.place.path) for one in known)
    said = Declared(spec.couplings, app.ROLES if app else {}, wished.taken, settled, wished.followed)
    followed, leftovers = _followed(found, known, said)
    changing = [one for one in (*known, *followed) if one.text != one.place.text or _is_hashed(one)]
    references, literals = _forms(found, changing, wished.directives.fields)
    left = [Leftover(one.place.address, one.place.text, one.things) for one in literals if _is_hashed(one)]
    _refuse_stuck(found, left, spec)
    literals = [one for one in literals if not _is_hashed(one)]
    edits = [
        *(Edit(one.resource, one.place.path, one.place.value(one.text), one.reason) for one in literals),
        *(app.edits(scene) if app else ()),
        *checksums(found, (*references, *literals)),
    ]
    ported = list(network_policies.follow(base, apply_edits(wished.edited, edits), wished.taken))
    edits += [one for one in ported if isinstance(one, Edit)]
    notices = (*(app.notices(scene) if app else ()), *(one for one in ported if isinstance(one, Notice)))
    plain = replace(wished, notices=(*wished.notices, *notices), state=state)
    if not edits and not references:
        return Coupled(plain, (), (*leftovers, *left))
    made = replace(plain, state=None, edited=apply_edits(wished.edited, edits), edits=(*wished.edits, *edits))
    if references:
        own: Mapping[str, Any] = {**wished.directives.fields, "configurations": [REFERENCES]}
        files = {**wished.directives.files, REFERENCES: {"nameReference": list(_name_references(references))}}
        reasons = {**wished.directives.reasons, ("configurations",): "texts that are names follow them"}
        made = replace(made, directives=replace(wished.directives, fields=own, files=files, reasons=reasons))
    texts = (*references, *literals)
    fields = {(one.resource.key, one.place.path) for one in texts} | {(one.resource.key, one.path) for one in edits}
    return Coupled(made, texts, (*leftovers, *left), frozenset(fields))


def _refuse_stuck(found: Sequence[Course], left: Iterable[Leftover], spec: Spec) -> None:
    """A hash that somebody asks for must not part a text from what it names.

    Raises:
        InputErrors: For each text that cannot follow.
    """
    asked = {str(one.base.id) for one in found if is_generated(one.base, one.after) and one.base}
    stuck = [(one, thing) for one in left for thing in one.things if thing.owner in asked]
    if stuck:
        raise InputErrors(
            InputError(
                f"{one.address} names {thing.owner}, and no overlay lets it follow a hash: only a whole value of a "
                "ConfigMap or a reference of a pod does",
                origin=spec.origin("features", content_hash.ID),
                hint=f"leave {thing.source.name} out of features.{content_hash.ID}.{content_hash.OPTION}, "
                f"or, if it is just a word, say couplings: {{'{one.address}': none}}",
            )
            for one, thing in stuck
        )


def _followed(found: Sequence[Course], known: Sequence[Followed], said: Declared) -> Texts:
    """What follows; a text that follows can be why a content hash is another one, which texts follow."""
    sources = {one.edited.id.key: one.source.id.key for one in found if one.after.needs_hash}
    new = {one.source.id.key for one in found if rehashed(one)}
    new |= {sources[one.resource.key] for one in known if one.resource.key in sources}
    while True:
        made = follow(found, index(found, new), index(found, new, added=True), said)
        more = {sources[one.resource.key] for one in made.followed if one.resource.key in sources}
        if more <= new:
            return made
        new |= more


def _is_hashed(followed: Followed) -> bool:
    return any(thing.hashed for thing in followed.things)


def _forms(
    found: Sequence[Course], followed: Iterable[Followed], fields: Mapping[str, Any]
) -> tuple[list[Followed], list[Followed]]:
    """Those that kustomize itself can let follow, and those that are computed.

    A name reference is for a field of all resources of a kind: it must be right for each of them.
    """
    able = [one for one in followed if _can_refer(one, fields)]
    meant: dict[_Field, set[str]] = {}
    for one in able:
        meant.setdefault(_field(one.place), set()).add(one.things[0].owner)
    there: Counter[_Field] = Counter()
    for place in (place for course in found for place in places(course.after)) if meant else ():
        there[_field(place)] += 1
    right = {field for field, owners in meant.items() if len(owners) == 1}
    right -= {field for field, count in Counter(_field(one.place) for one in able).items() if count < there[field]}
    odd = _odd(found) if right else set()
    right = {field for field in right if field[:2] not in odd and (field[0], None) not in odd}
    references = [one for one in able if _field(one.place) in right]
    kept = set(map(id, references))
    return references, [one for one in followed if id(one) not in kept]


def _odd(found: Sequence[Course]) -> set[tuple[str, FieldPath | None]]:
    """Kinds and fields of which something is not as Kubernetes has it: name references stumble over it."""
    odd: set[tuple[str, FieldPath | None]] = set()
    for course in found:
        kind, group = course.after.id.gvk.kind, course.after.id.gvk.group
        for field in ("data", "stringData") if kind in ("ConfigMap", "Secret") else ():
            values = course.after.body.get(field) or {}
            if group or not isinstance(values, dict):
                odd.add((kind, None))
            else:
                odd |= {
                    (kind, FieldPath((field, str(key)))) for key, text in values.items() if not _is_plain(key, text)
                }
    return odd


def _is_plain(key: Any, text: Any) -> bool:
    return isinstance(text, str) and isinstance(key, str) and re.fullmatch("[-._A-Za-z0-9]+", key) is not None


_Field = tuple[str, FieldPath, str]


def _field(place: Place) -> _Field:
    return place.resource.gvk.kind, place.path, place.text


def _can_refer(followed: Followed, fields: Mapping[str, Any]) -> bool:
    """Whether kustomize makes the name what it is, and looks for it there: in plain text, and in its namespace."""
    if not followed.is_name:
        return False
    place, thing = followed.place, followed.things[0]
    renamed = f"{fields.get('namePrefix', '')}{thing.before}{fields.get('nameSuffix', '')}"
    is_kustomizes = thing.after == renamed and (renamed != thing.before or thing.is_new)
    is_plain = place.resource.gvk.kind in ("ConfigMap", "Secret") and not place.encoded and place.container is None
    spaces = {followed.resource.key.namespace, thing.source.key.namespace}
    is_reached = is_cluster_scoped(thing.source.gvk) or len(spaces) == 1
    return is_kustomizes and is_plain and is_reached


def _name_references(followed: Iterable[Followed]) -> Iterator[Body]:
    """The entries, by what is named."""
    fields: dict[tuple[str, str], dict[str, Body]] = {}
    for one in followed:
        target, (field, key) = one.things[0].source.gvk, one.place.path
        spec = {"version": "v1", "kind": one.place.resource.gvk.kind, "path": f"{field}/{key}"}
        fields.setdefault((target.group, target.kind), {})[str(spec)] = spec
    for (group, kind), specs in fields.items():
        yield {**({"group": group} if group else {}), "kind": kind, "fieldSpecs": list(specs.values())}


def hold(coupled: Coupled, built: ResourceMap) -> None:
    """See that every text of the built overlay says what it is to say.

    Raises:
        VerificationError: One does not.
    """
    texts: dict[tuple[ResourceId, FieldPath], str] = {}
    names: dict[ResourceId, str] = {}
    for resource in built if coupled.followed else ():
        source = original(resource, coupled.wish.edited)
        if source is not None:
            names[source.id.key] = resource.id.name
            texts |= {(source.id.key, place.path): place.text for place in places(resource)}
    for one in coupled.followed:
        expected = names.get(one.things[0].source.key) if _is_hashed(one) else one.text
        if texts.get((one.resource.key, one.place.path)) != expected:
            raise VerificationError(
                f"{one.place.address} does not follow what it names",
                hint="this is a defect of kgen, nothing was written; please report it with the base and kgen.yaml",
            )
