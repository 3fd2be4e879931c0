"""What a text means by a name: one thing, or something that only a person knows.

Sure is what stands where only such a thing can stand (the host of a URL, a whole image reference, a folder with more
than one part), or what a key announces (``…_HOST``, ``…_CLAIM``), or a name of several words that stands for nothing
else in the base. One-word names (``airflow``, ``default``, ``postgres``) are also users, databases and profiles.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from kgen.kustomize.transformers.images import split
from kgen.overlay.couplings.mentions import Mention
from kgen.overlay.couplings.places import Place
from kgen.overlay.couplings.things import Aspect, Index, Thing


class Role(NamedTuple):
    """What a key says of its value: what it names, and of which kind that is; empty for any."""

    aspect: Aspect
    kind: str = ""


HOST: Final = Role("name", "Service")
CLAIM: Final = Role("name", "PersistentVolumeClaim")
CONFIG_MAP: Final = Role("name", "ConfigMap")
SECRET: Final = Role("name", "Secret")
ACCOUNT: Final = Role("name", "ServiceAccount")
NAMESPACE: Final = Role("namespace")
IMAGE: Final = Role("image")
REPOSITORY: Final = Role("image", "repository")
TAG: Final = Role("tag")
HOST_PATH: Final = Role("hostPath")
PORT: Final = Role("port", "Service")

_ENDINGS: Final[tuple[tuple[tuple[str, ...], Role], ...]] = (
    (("serviceaccount", "serviceaccountname"), ACCOUNT),
    (("namespace", "ns"), NAMESPACE),
    (("host", "hostname", "addr", "address", "endpoint", "server", "url", "uri", "broker"), HOST),
    (("hosts", "hostnames", "addresses", "endpoints", "servers", "urls", "brokers"), HOST),
    (("claim", "pvc", "claimname"), CLAIM),
    (("configmap", "configmapname"), CONFIG_MAP),
    (("secretname",), SECRET),
    (("image",), IMAGE),
    (("repository", "repo"), REPOSITORY),
    (("tag",), TAG),
    (("port",), PORT),
)
_BY_ENDING: Final = {ending: role for endings, role in _ENDINGS for ending in endings}


def role_of(key: str, known: Mapping[str, Role]) -> Role | None:
    """What a key says of its value: by what is known of an application, else by its last words."""
    if key in known or key == "-h":  # as psql, mysql and redis-cli have it
        return known.get(key, HOST)
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", key)]
    return _BY_ENDING.get("".join(words[-2:])) or _BY_ENDING.get("".join(words[-1:])) if words else None


def meant(mention: Mention, place: Place, index: Index, known: Mapping[str, Role]) -> Thing | None:
    """The thing that is surely meant; None where a person must say it.

    Args:
        mention: What may be meant.
        place: The text that it is in.
        index: What else the words stand for.
        known: What keys of applications name.
    """
    role = role_of(mention.key, known)
    match mention.aspect:
        case "name":
            return _resource(mention, role, index)
        case "namespace":
            return _single(mention.things) if mention.how == "part" or role == NAMESPACE else None
        case "image":
            is_sure = mention.how == "part" or "/" in mention.things[0].before or role in {IMAGE, REPOSITORY}
            return _image(mention, role) if is_sure else None
        case "tag":
            return _single(mention.things) if mention.how == "whole" and role == TAG else None
        case "hostPath":
            is_sure = role == HOST_PATH or _is_of_the_node(mention.things[0].before, index)
            return _single(mention.things) if is_sure else None
        case "port":
            return _port(mention, place, role, index)


def _single(things: Iterable[Thing]) -> Thing | None:
    """The first one, if all become the same."""
    found = list(things)
    return found[0] if found and len({(thing.after, thing.hashed) for thing in found}) == 1 else None


def _resource(mention: Mention, role: Role | None, index: Index) -> Thing | None:
    if mention.how == "host":
        return _single(mention.things)
    if mention.how != "whole" or (role is not None and role.aspect != "name"):
        return None
    if role is not None:
        return _single(thing for thing in mention.things if thing.source.gvk.kind == role.kind)
    name = mention.things[0].before
    has_words = re.search("[-.]", name) is not None
    return _single(mention.things) if has_words and name not in index.words else None


def _image(mention: Mention, role: Role | None) -> Thing | None:
    """A name without a version is a repository or an image, which may get one."""
    versioned = [thing for thing in mention.things if any(split(thing.after or "")[1:])]
    others = [thing for thing in mention.things if thing not in versioned]
    wanted = versioned if role == IMAGE else others if role == REPOSITORY else ()
    return _single(wanted or mention.things)


def _is_of_the_node(path: str, index: Index) -> bool:
    """Whether a path is more than a word, and is no folder in a container."""
    return path.count("/") > 1 and not any(path == mount or path.startswith(f"{mount}/") for mount in index.mounts)


def _port(mention: Mention, place: Place, role: Role | None, index: Index) -> Thing | None:
    """The port behind a host; the one of the container itself; or the only one of that number."""
    if mention.how == "part":
        return _single(mention.things)
    if mention.how != "whole" or role is None or role.aspect != "port":
        return None
    own = index.ports.get((place.resource.key, mention.things[0].before)) if place.container is not None else None
    services = [thing for thing in mention.things if thing.source.gvk.kind == "Service"]
    others = [thing for thing in mention.things if thing.source.gvk.kind != "Service"]
    return _single(own or (services if role == PORT else None) or others)
