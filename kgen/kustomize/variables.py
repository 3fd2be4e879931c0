"""``vars``: values of fields, put wherever ``$(NAME)`` stands. Deprecated in favour of replacements.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/vars/
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from kgen.errors import InputError, Unsupported
from kgen.kustomize import paths
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.faults import Leading
from kgen.kustomize.fields import Place, is_position, visit
from kgen.kustomize.fieldspecs import FieldSpec
from kgen.kustomize.manifests import INTERNAL
from kgen.kustomize.scalars import is_scalar, read, text
from kgen.kustomize.spots import Spot
from kgen.resource import Gvk, ResourceId
from kgen.yamlio import allowance
from kgen.yamlio.folding import is_lost_in_a_block
from kgen.yamlio.kinds import Folded, Linked, Mistyped, Retyped, WrittenDate
from kgen.yamlio.scalars import format_number, is_timestamp, json_number, number
from kgen.yamlio.written import is_untagged, settled, unwritten, written_as

_INDEXED = re.compile(r"(.*)\[([0-9]+)\]", re.ASCII)


class Variable(NamedTuple):
    """One entry of ``vars``.

    Attributes:
        name: What ``$(…)`` says.
        target: The resource it reads from; without namespace in any.
        field_path: The field it reads.
        spot: Where it is written.
    """

    name: str
    target: ResourceId
    field_path: str
    spot: Spot


def claim(collection: Collection, variable: Variable) -> None:
    """Mark the resource a variable reads from, by any name it has or had.

    Raises:
        InputError: There are several.
    """
    found = [draft for draft in collection.named(variable.target.name) if _is_meant(draft, variable.target)]
    if len(found) > 1:
        raise InputError(
            f"several resources are meant by the variable {variable.name}",
            origin=variable.spot.origin,
            hint="give objref a namespace",
        )
    for draft in found:
        draft.variables.append(variable.name)


def _is_meant(draft: Draft, target: ResourceId) -> bool:
    """Whether it is or was that; with a namespace, what is in none is never meant."""
    keys = (key for key in (*draft.former_keys(), draft.key) if (key.gvk, key.name) == (target.gvk, target.name))
    return any(target.namespace in ("", key.namespace) for key in keys)


def merged(variables: dict[str, Variable], more: Iterable[Variable]) -> dict[str, Variable]:
    """Both, by name.

    Raises:
        InputError: A name comes twice.
    """
    found = dict(variables)
    for variable in more:
        if variable.name in found:
            raise InputError(f"the variable {variable.name} is defined twice", origin=variable.spot.origin)
        found[variable.name] = variable
    return found


def resolve(collection: Collection, variables: dict[str, Variable], specs: Iterable[FieldSpec]) -> list[str]:
    """Put the values where the variables stand; the names of those that stand nowhere.

    Raises:
        InputError: A variable has no value, or stands where it cannot.
    """
    if not variables:
        return []
    readers: dict[str, Draft] = {}
    for draft in collection:
        for name in draft.variables:
            readers.setdefault(name, draft)
    values = {name: _value(variables[name], readers) for name in sorted(variables)}
    expander = _Expander(values)
    by_kind: dict[Gvk, list[FieldSpec]] = {}
    table = list(specs)
    for draft in collection:
        gvk = draft.gvk
        if gvk not in by_kind:
            by_kind[gvk] = [spec for spec in table if spec.selects(gvk)]
        with Leading(None, draft.origin):
            for spec in by_kind[gvk]:
                visit(draft, spec, expander.expand)
        settled(draft.body)
    return sorted(set(values) - expander.used)


def _value(variable: Variable, readers: dict[str, Draft]) -> Any:
    draft = readers.get(variable.name)
    if draft is None:
        raise InputError(
            f"the variable {variable.name} reads from {variable.target}, which is not there",
            origin=variable.spot.origin,
        )
    with Leading(variable.spot):
        if INTERNAL in variable.field_path:
            raise Unsupported(f"a variable that reads an annotation {INTERNAL}…", hint="read another field")
        value = _read(draft.body, variable.field_path)
        if value is None:
            raise InputError(f"{draft.id} has no field '{variable.field_path}'")
        return value


def _read(body: Any, path: str) -> Any:
    parts: list[str] = []
    for part in paths.steps(path):
        indexed = _INDEXED.fullmatch(part)
        parts.extend(filter(None, indexed.groups()) if indexed else [part])
    *above, last = parts
    holder = paths.look_up(body, above)
    found = paths.look_up(holder, [last])
    if found is None:
        if _holds_null(holder, last):
            raise Unsupported("a variable that reads null", hint="let it read a text")
        return None
    return _taken(found) if is_scalar(found) else found


def _holds_null(holder: Any, last: str) -> bool:
    """Whether there is a null, whose spelling kustomize would copy."""
    return last in holder if isinstance(holder, dict) else isinstance(holder, list) and None in holder


class _Value(NamedTuple):
    """The value of a variable.

    Attributes:
        alone: What takes the place of ``$(NAME)``.
        within: What is put for it into a longer text.
    """

    alone: Any
    within: str


def _taken(found: Any) -> _Value:
    """What kustomize takes from a scalar; a whole number must be written in decimals.

    https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/yaml/rnode.go, ``GetFieldValue``
    """
    said = text(found)
    if found.__class__ is Mistyped:
        raise Unsupported(f"a variable that reads '{said}', which a replacement put where another type was")
    plain = read(said) if found.__class__ is Retyped else unwritten(found)
    if isinstance(plain, str) or is_untagged(found):
        return _Value(said, said)
    if isinstance(plain, bool):
        return _Value(plain, text(plain))
    if isinstance(number(said), float):
        return _of_float(said)
    if not is_position(said):
        raise _unreadable(said)
    return _Value(int(said), str(int(said)))


def _of_float(said: str) -> _Value:
    try:
        value = float(said)  # it takes the same underscores as Go, fewer than YAML
    except ValueError:
        raise _unreadable(said) from None
    alone = written_as(json_number(value), f"{Decimal(repr(value)):f}".removesuffix(".0"))
    return _Value(alone, format_number(value))


def _unreadable(said: str) -> InputError:
    return InputError(f"kustomize reads no variable from the number {said}", hint="write it in decimals, or in quotes")


class _Expander:
    """Replaces ``$(NAME)`` by the variable's value."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self.used: set[str] = set()

    def expand(self, place: Place) -> None:
        """Expand a text, or the texts in a list or map."""
        value = place.value
        if isinstance(value, str) or is_untagged(value):
            place.put(self._changed(value))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if not is_untagged(item) and (not isinstance(item, str) or item.__class__ is WrittenDate):
                    raise InputError("a list with variables holds only texts")
                if item.__class__ is str and (item == "<<" or is_timestamp(item)):
                    raise Unsupported(f"'{item}' in a list with variables", hint="put it in double quotes")
                value[index] = self._changed(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str) or is_untagged(item):
                    value[key] = self._changed(item)

    def _changed(self, value: Any) -> Any:
        """The text expanded; one that stands in several places changes in all of them.

        Raises:
            Unsupported: kustomize, which writes it anew, could not read it again.
        """
        if text(value).startswith("\t") and is_lost_in_a_block(text(value)):
            raise Unsupported("several lines that begin with a tab, where variables may stand")
        if is_untagged(value):
            return self._expanded(text(value))
        if isinstance(value, Folded):
            return self._expanded(text(value))  # it loses its style
        if value.__class__ is not Linked:
            return self._expanded(value)
        if isinstance(value.later, str):
            value.later = self._expanded(value.later)
        return value

    def _expanded(self, value: str) -> Any:
        if "$" not in value:
            return value
        whole = re.fullmatch(r"\$\(([^)]*)\)", value, re.DOTALL)
        if whole:
            return self._mapped(whole[1], value).alone
        closed = value.rfind(")") + 1  # what is open behind it would be looked for again and again
        return _REFERENCE.sub(self._substitute, value[:closed]) + _ESCAPE.sub(self._escaped, value[closed:])

    def _escaped(self, match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else match[0]

    def _substitute(self, match: re.Match[str]) -> str:
        if match["name"] is None:
            return self._escaped(match)
        said = self._mapped(match["name"], match[0]).within
        allowance.current().make(4 + 16 * len(said) // allowance.TEXT)
        return said

    def _mapped(self, name: str, otherwise: str) -> _Value:
        value = self._values.get(name)
        if not isinstance(value, _Value):
            return _Value(otherwise, otherwise)
        self.used.add(name)
        return value


_ESCAPE = re.compile(r"\$.", re.DOTALL)
_REFERENCE = re.compile(rf"\$\((?P<name>[^)]*)\)|{_ESCAPE.pattern}", re.DOTALL)
