"""What a kustomization and those below it gather: resources are read, and changed in one fixed order.

The order is kustomize's (https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/target/kusttarget.go):
resources, generators, components, then the transformers. What few kustomizations use is imported where it is used: a
small build is over in the time that takes.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from kgen.errors import InputError, KgenError
from kgen.kustomize import legacy, manifests
from kgen.kustomize.collection import Collection
from kgen.kustomize.default_fieldspecs import defaults
from kgen.kustomize.draft import Draft, Maker
from kgen.kustomize.faults import Faults, Leading, Told, Unmatched, refused
from kgen.kustomize.fieldspecs import FieldSpecs
from kgen.kustomize.kustomization import Kustomization
from kgen.kustomize.loader import Folder
from kgen.kustomize.spots import InPlace, Spot
from kgen.kustomize.steps import Step, steps
from kgen.resource import Body, ResourceId
from kgen.yamlio.written import through_json

if TYPE_CHECKING:
    from kgen.kustomize.variables import Variable

Amend = Callable[[ResourceId, Body], Body | None]


class Accumulation:
    """What a kustomization has gathered: its resources, and the field specs and variables it and its bases speak of."""

    def __init__(self, amend: Amend | None = None) -> None:
        self.amend = amend
        self.collection = Collection()
        self.specs = FieldSpecs()
        self.variables: dict[str, Variable] = {}


class _Whole:
    """A context that tells all that is wrong with a kustomization, not only what was found first."""

    def __init__(self, folder: Folder, said: Kustomization) -> None:
        self._folder, self._said = folder, said

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if not isinstance(error, KgenError):
            return
        from kgen.kustomize import survey

        self._folder.session.failed.add(self._folder.root)
        found = survey.completed(error, self._folder, self._said)
        if found is not error:
            raise found from error


def gather(folder: Folder, said: Kustomization, amend: Amend | None = None) -> Accumulation:
    """What the kustomization that is built gathers.

    Raises:
        InputError: The files are wrong.
        Unsupported: They use what kgen does not build.
    """
    _choose_schema(folder, said, top=True)
    gathered = Accumulation(amend)
    with _Whole(folder, said):
        _accumulate(folder, said, gathered)
    return gathered


def _choose_schema(folder: Folder, said: Kustomization, *, top: bool) -> None:
    if not said.openapi and not top:
        return
    content = None
    if "path" in said.openapi:
        path = said.openapi["path"]
        content = _schema(folder, path, folder.read(path, said.spot("openapi", "path")))
    if said.openapi:
        folder.session.schema.choose(said.openapi, content, said.spot("openapi").origin, top=top)


def _schema(folder: Folder, path: str, data: bytes) -> Any:
    from kgen.kustomize import strict_json

    place = folder.place(path)
    try:
        found = strict_json.unique(data, place) if data.startswith(b"{") else None
        return legacy.first(data, place, folder.session.oddities) if found is None else found
    except InputError as error:
        raise refused(error, InputError, ", and kustomize minds when it looks something up") from None


def _accumulate(folder: Folder, said: Kustomization, gathered: Accumulation) -> None:
    folder.session.removes |= said.removes
    _add_resources(folder, said, "resources", enumerate(said.resources), gathered)
    _amend(gathered)
    gathered.specs = _joined(gathered.specs, _field_specs(folder, said))
    _generate(folder, said, gathered)
    for index, path in enumerate(said.components):
        named = said.spot("components", index)
        with Leading(named):
            _add_component(folder, path, gathered, named)
    _transform(folder, list(steps(folder, said, gathered.specs)), gathered.collection)
    for draft in _plugins(folder, said, "transformers", said.transformers):
        with Leading(said.spot("transformers"), draft.origin):
            _run_plugin(folder, draft, gathered.collection)
    if said.validators:
        _validate(folder, said, gathered.collection)
    _add_variables(gathered, said.variables, claims=True)


def _amend(gathered: Accumulation) -> None:
    """Ask once: components work on the same resources again."""
    amend, gathered.amend = gathered.amend, None
    for draft in list(gathered.collection) if amend else ():
        body = amend(draft.id, draft.body) if amend else None
        if body is None:
            gathered.collection.remove(draft)
        elif body is not draft.body:
            draft.body = body
            manifests.read_notes(draft)
            gathered.collection.refresh([draft])


def _validate(folder: Folder, said: Kustomization, collection: Collection) -> None:
    from kgen.kustomize import plugins

    checks = [plugins.transformer(draft, folder) for draft in _plugins(folder, said, "validators", said.validators)]
    with Leading(said.spot("validators")):
        plugins.validate(checks, collection, said.spot("validators"))


def _add_variables(gathered: Accumulation, more: "tuple[Variable, ...]", *, claims: bool) -> None:
    if not more:
        return
    from kgen.kustomize import variables

    for variable in more if claims else ():
        variables.claim(gathered.collection, variable)
    gathered.variables = variables.merged(gathered.variables, more)


def _joined(one: FieldSpecs, other: FieldSpecs) -> FieldSpecs:
    """Both tables; kustomize's own alone are sorted, and nothing is in them twice."""
    return other if not any(one) and other is defaults() else one.merged(other)


def _field_specs(folder: Folder, said: Kustomization) -> FieldSpecs:
    specs = defaults()
    if not said.configurations and not said.crds:
        return specs
    from kgen.kustomize import configurations

    own = FieldSpecs()
    for index, path in enumerate(said.configurations):
        named = said.spot("configurations", index)
        with Leading(named):
            own = own.merged(configurations.configuration(folder.read(path, named), folder.place(path)))
    specs = specs.merged(own) if said.configurations else specs
    for index, path in enumerate(said.crds):
        named = said.spot("crds", index)
        with Leading(named):
            specs = specs.merged(configurations.definitions(folder.read(path, named), folder.place(path)))
    return specs


def _add_resources(
    folder: Folder, said: Kustomization, field: str, paths: Iterable[tuple[int, str]], gathered: Accumulation
) -> None:
    faults = Faults()
    for index, path in paths:
        named = said.spot(field, index)
        with faults, Leading(named):
            if folder.is_folder(path):
                _add_folder(folder, path, gathered, named)
            else:
                _add_file(folder, path, gathered, named)
    faults.finish()


def _add_file(folder: Folder, path: str, gathered: Accumulation, named: Spot) -> None:
    content, recall = folder.read(path, named), folder.session.recall
    found = manifests.drafts(content, folder.place(path), recall=recall)
    if folder.session.tracer:
        folder.session.tracer.read(found, content, folder.place(path))
    for draft in found:
        folder.session.schema.see(draft.gvk)
        if folder.session.tracks:
            manifests.check_annotations(draft)
            draft.maker = Maker(path=folder.path_to(path))
    gathered.collection.extend(found)


def _add_folder(folder: Folder, path: str, gathered: Accumulation, named: Spot) -> None:
    below = folder.folder(path, named)
    if below.root in folder.session.failed:
        raise Told
    said = below.kustomization(named)
    _choose_schema(below, said, top=False)
    if said.kind == "Component":
        raise InputError(f"'{path}' is a Component", origin=named.origin, hint="list it under components")
    part = Accumulation()
    with _Whole(below, said):
        _accumulate(below, said, part)
    gathered.collection.extend(part.collection)
    gathered.specs = _joined(gathered.specs, part.specs)
    _add_variables(gathered, tuple(part.variables.values()), claims=False)


def _add_component(folder: Folder, path: str, gathered: Accumulation, named: Spot) -> None:
    """A component works on what its parent has gathered so far."""
    below = folder.folder(path, named)
    said = below.kustomization(named)
    _choose_schema(below, said, top=False)
    if said.kind != "Component":
        raise InputError(f"'{path}' is no Component", origin=named.origin, hint="list it under resources")
    with _Whole(below, said):
        _accumulate(below, said, gathered)
        gathered.specs = _joined(FieldSpecs(), gathered.specs)  # once more, sorted: a wider one may meet a narrower now
    gathered.collection.check_unique()


def _generate(folder: Folder, said: Kustomization, gathered: Accumulation) -> None:
    faults = Faults()
    for kind, entries in (("ConfigMap", said.config_map_generator), ("Secret", said.secret_generator)):
        for entry in entries:
            spot = entry.spot or said.spot()
            with faults, Leading(spot):
                made = entry.generate(gathered.collection, folder, _maker(folder, spot, f"{kind}Generator"))
                entry.style(made)
                if folder.session.tracer:
                    folder.session.tracer.generated(gathered.collection, entry, folder)
    faults.finish()
    for draft in _plugins(folder, said, "generators", said.generators):
        from kgen.kustomize import plugins

        with Leading(said.spot("generators"), draft.origin):
            generator = plugins.generator(draft)
            made = generator.generate(gathered.collection, folder, plugins.maker(draft))
            generator.style(made)
        if folder.session.tracer:
            folder.session.tracer.plugged(gathered.collection, draft, generator, folder)


def _maker(folder: Folder, spot: Spot, kind: str) -> Maker | None:
    """What one of a kustomization's own fields makes or changes, if that is to be told."""
    return Maker(configured_in=folder.path_to(spot.file.name), kind=kind) if folder.session.tracks else None


def _plugins(folder: Folder, said: Kustomization, field: str, texts: tuple[str, ...]) -> Collection:
    """The configurations of plug-ins: those written in place, then those of files and folders."""
    gathered = Accumulation()
    if not texts:
        return gathered.collection
    paths = []
    for index, text in enumerate(texts):
        spot = said.spot(field, index)
        try:
            with Leading(spot):
                found = manifests.drafts(text, InPlace.at(spot))
        except InputError:
            if "\n" in text.strip():
                raise  # no path either
            paths.append((index, text))
            continue
        for draft in found:
            folder.session.schema.see(draft.gvk)
            draft.origin = spot.origin
            draft.maker = Maker(path=folder.path_to(said.file.name)) if folder.session.tracks else None
        gathered.collection.extend(found)
    _add_resources(folder, said, field, paths, gathered)
    for draft in gathered.collection:
        draft.body = through_json(draft.body, styles=False)
    return gathered.collection


def _run_plugin(folder: Folder, draft: Draft, collection: Collection) -> None:
    from kgen.kustomize import plugins

    made = plugins.transformer(draft, folder)
    made.transform(collection)
    _record(collection, plugins.maker(draft), 1)
    if folder.session.tracer:
        folder.session.tracer.plugged(collection, draft, made, folder)


def _transform(folder: Folder, asked: Iterable[Step], collection: Collection) -> None:
    faults = Faults(Unmatched)
    for step in asked:
        with faults, Leading(step.spot):
            step.transformer.transform(collection)
        _record(collection, _maker(folder, step.spot, step.kind), step.times)
        if folder.session.tracer:
            folder.session.tracer.transformed(collection, step)
    faults.finish()


def _record(collection: Collection, maker: Maker | None, times: int) -> None:
    """Note on all resources that a transformer was at work; it counts as the maker of those that have none."""
    for draft in collection if maker is not None else ():
        manifests.settle_annotations(draft)
        if draft.maker is None:
            draft.maker = maker
        elif maker is not None:
            draft.changes.extend([maker] * times)
