"""What stands where nothing is written, against a real API server: a default that is written changes nothing.

For each row of the table of defaults a resource that leaves the field out, and the same one with the default written,
are stored alike. What the server makes of a resource is no difference to kgen.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest
from control_plane import ControlPlane
from exemplars import EXEMPLARS, RICH, named, versioned
from kubernetes_api import Body, Refused

from kgen.preview.allocated import without_allocated
from kgen.preview.compare import compare
from kgen.preview.served import wished, without_default_namespace
from kgen.resource import Gvk, Resource
from kgen.schema import defaults
from kgen.schema.data.defaults import DEFAULTS, FIELDS

Steps = tuple[str | int, ...]

_POD: Final = EXEMPLARS["Pod"]
_PLACED: Final = {**_POD, "spec": {**_POD["spec"], "nodeSelector": {"stage": "none"}}}  # as the control plane adds
SAMPLES: Final = {**EXEMPLARS, "Pod": _PLACED, **RICH}
LATER: Final = {"Ordinals", "RetentionPolicy", "Grpc", "Ephemeral"}
"""Types that no exemplar has, for older servers do not take them."""


class Row(NamedTuple):
    """A default: of which field of which type, in which sample, where there, and what it is."""

    owner: str
    key: str
    sample: str
    at: Steps
    value: Any

    def __str__(self) -> str:
        return f"{self.owner}.{self.key} of {self.sample}"


def places(node: Any, kind: str, at: Steps = ()) -> Iterator[tuple[str, Steps, Body]]:
    """All maps whose type is known."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from places(item, kind, (*at, index))
    elif isinstance(node, dict) and kind:
        yield kind, at, node
        for key, value in node.items():
            yield from places(value, defaults.field_type(kind, key), (*at, key))


def type_of(body: Body) -> str:
    return defaults.type_of(Gvk.of(body))


def keys(owner: str) -> Iterator[str]:
    """The fields of a type that have a default."""
    yield from DEFAULTS.get(owner, ())
    yield from (key for kind, key in defaults._DERIVED if kind == owner)


def rows() -> Iterator[Row]:
    """One for each default, the first place that leaves it out."""
    seen: set[tuple[str, str, str]] = set()
    for sample, body in SAMPLES.items():
        for owner, at, node in places(body, type_of(body)):
            for key in keys(owner):
                value = defaults._default(owner, key, node)
                row = (owner, key, json.dumps(value))
                is_alike = value is not None and defaults.equivalent(owner, key, node, {**node, key: value})
                if key not in node and is_alike and row not in seen:
                    seen.add(row)
                    yield Row(owner, key, sample, at, value)


ROWS: Final = list(rows())


def changed(body: Body, row: Row, value: Any) -> Body:
    """The sample with another value in that field."""
    found = copy.deepcopy(body)
    node: Any = found
    for step in row.at:
        node = node[step]
    node[row.key] = value
    return found


def stored(server: ControlPlane, body: Body, wish: Body) -> Body:
    """What the server would keep of it, without what it chooses itself where the wish says nothing."""
    (kept,) = without_allocated(wished([Resource(server.api.put(body, dry_run=True))]).resources, [Resource(wish)])
    return kept.body


def sample(server: ControlPlane, name: str) -> Body:
    body = versioned(server.api, named(SAMPLES[name], "one"))
    try:
        server.api.collection(body, "x")
    except (KeyError, Refused):
        pytest.skip(f"{server.version} does not have {body['kind']} {body['apiVersion']}")
    return body


def is_taken(server: ControlPlane, body: Body) -> bool:
    try:
        server.api.put(body, dry_run=True)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_default_that_is_written_changes_nothing(row: Row, server: ControlPlane) -> None:
    body = sample(server, row.sample)
    if is_taken(server, changed(body, row, "nonsense" if isinstance(row.value, list) else ["nonsense"])):
        pytest.skip(f"{server.version} does not know {row}")
    assert stored(server, changed(body, row, row.value), body) == stored(server, body, body)


@pytest.mark.parametrize("name", [name for name, body in SAMPLES.items() if type_of(body) != defaults.RESOURCE])
def test_what_the_server_makes_of_it_is_no_difference(name: str, server: ControlPlane) -> None:
    body = Resource(sample(server, name))
    kept = without_default_namespace(Resource(stored(server, body.body, body.body)))
    for pair in ([body], [kept]), ([kept], [body]):
        found = [
            f"{field.path}: {field.before!r} -> {field.after!r}"
            for change in compare(*pair).resources
            for field in change.fields
            if field.sort != "equivalent" or change.op != "change"
        ]
        assert "\n".join(found) == ""


def test_each_type_of_the_table_is_in_a_sample() -> None:
    tried = {owner for body in SAMPLES.values() for owner, _, _ in places(body, type_of(body))}
    assert {*DEFAULTS, *FIELDS} - tried - LATER == set()
