"""Building a kustomization: its resources are gathered, and what is done once at the end is done to them.

That is kustomize's way: hashes, references and variables only once, at the top
(https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/target/kusttarget.go).
"""

from kgen.errors import InputError, KgenError
from kgen.kustomize import manifests, order, references
from kgen.kustomize.accumulation import Accumulation, Amend, gather
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft
from kgen.kustomize.hashes import add_hashes
from kgen.kustomize.kustomization import Kustomization
from kgen.kustomize.legacy import Oddity
from kgen.kustomize.loader import top
from kgen.kustomize.session import Session
from kgen.origins import FieldOrigins
from kgen.resource import ResourceMap
from kgen.yamlio.written import printed


def run(path: str, session: Session, *, hash_suffixes: bool, reorder: str, amend: Amend | None) -> ResourceMap:
    """Build the kustomization of a folder.

    Args:
        path: The folder, absolute.
        session: The build.
        hash_suffixes: Whether content hashes end the names of generated resources.
        reorder: ``legacy`` or ``none``.
        amend: See `kgen.kustomize.build`.

    Raises:
        InputError: The files are wrong.
        Unsupported: They use what kgen does not build.
    """
    folder = top(path, session)
    said = folder.kustomization()
    session.tracks = bool(said.build_metadata)
    gathered = gather(folder, said, amend)
    collection = gathered.collection
    if hash_suffixes:
        add_hashes(collection)
    if session.tracer:
        session.tracer.hashed(collection)
    references.fix(collection, gathered.specs.name_reference)
    if session.tracer:
        session.tracer.named(collection, said)
    if gathered.variables:
        _resolve(gathered, said, session)
    if said.build_metadata:
        _refuse_notes(collection, said)
    _finish(collection)
    if session.tracer:
        session.tracer.finished(collection)
    if said.build_metadata:
        _annotate(collection, said, session)
    ordered = _ordered(collection, said, reorder)  # by names and namespaces as they are written
    for draft in ordered:
        printed(draft.body)
    return ResourceMap(draft.resource(_origins(draft, session)) for draft in ordered)


def _origins(draft: Draft, session: Session) -> FieldOrigins | None:
    """Where the fields come from, if anybody asked."""
    return session.tracer.of(draft) if session.tracer and session.tracer.follows(draft) else None


def _refuse_notes(collection: Collection, said: Kustomization) -> None:
    from kgen.kustomize import provenance

    for draft in collection:
        provenance.refuse_notes(draft, said.build_metadata)


def _annotate(collection: Collection, said: Kustomization, session: Session) -> None:
    from kgen.kustomize import provenance

    provenance.annotate(collection, said.build_metadata)
    if session.tracer:
        session.tracer.annotated(collection, said)


def _resolve(gathered: Accumulation, said: Kustomization, session: Session) -> None:
    from kgen.kustomize import variables

    for name in variables.resolve(gathered.collection, gathered.variables, gathered.specs.var_reference):
        session.oddities.append(Oddity(f"the variable {name} stands nowhere", gathered.variables[name].spot.origin))
    if session.tracer:
        session.tracer.resolved(gathered.collection, gathered.variables, said)


def _ordered(collection: Collection, said: Kustomization, reorder: str) -> list[Draft]:
    if said.sort_options is None:
        return order.legacy(collection) if reorder == "legacy" else list(collection)
    try:
        return order.by_options(collection, said.sort_options)
    except KgenError as error:
        error.led_from(said.spot("sortOptions").origin)
        raise


def _finish(collection: Collection) -> None:
    """Drop what is only for kustomize itself, and see that every resource still is one."""
    for draft in collection:
        if draft.gvk.kind.endswith("List"):
            manifests.check_list_name(draft)
        if not draft.gvk.kind or not draft.name:
            raise InputError(f"a patch took the kind or the name of {draft.first_key()}", origin=draft.origin)
        if draft.strings("annotations").get(manifests.LOCAL, "false") != "false":
            collection.remove(draft)
        manifests.finish(draft)
    collection.check_unique()
