"""What kind and k3d read from their files: every field, and the rules about values, in the words of JSON Schema.

Held on both sides: kind 0.32's own reader and validation, and k3d 5.9's own schema and reader of ports, agree with
these on the files that kgen writes, and refuse unknown fields as these do.
https://github.com/kubernetes-sigs/kind/blob/v0.32.0/pkg/apis/config/v1alpha4/types.go
https://github.com/kubernetes-sigs/kind/blob/v0.32.0/pkg/internal/apis/config/validate.go
https://github.com/k3d-io/k3d/blob/v5.9.0/pkg/config/v1alpha5/schema.json
"""

from collections import Counter
from typing import Any, Final

import jsonschema

Schema = dict[str, Any]
TEXT: Final = {"type": "string"}
FLAG: Final = {"type": "boolean"}
NUMBER: Final = {"type": "integer"}
PORT: Final = {"type": "integer", "minimum": -1, "maximum": 65535}


def one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def many(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def every(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


def closed(*needed: str, **fields: Schema) -> Schema:
    return {"type": "object", "properties": fields, "required": list(needed), "additionalProperties": False}


def each(name: str) -> Schema:
    return many(closed(**{name: TEXT}, nodeFilters=many(TEXT)))


_PATCHES: Final = {
    "kubeadmConfigPatches": many(TEXT),
    "kubeadmConfigPatchesJSON6902": many(closed(group=TEXT, version=TEXT, kind=TEXT, patch=TEXT)),
}
KIND: Final = closed(
    "apiVersion",
    "kind",
    apiVersion=one_of("kind.x-k8s.io/v1alpha4"),
    kind=one_of("Cluster"),
    name={"type": "string", "pattern": "^[a-z0-9.-]+$"},
    nodes=many(
        closed(
            role=one_of("control-plane", "worker"),
            image=TEXT,
            labels=every(TEXT),
            extraMounts=many(
                closed(
                    containerPath=TEXT,
                    hostPath=TEXT,
                    readOnly=FLAG,
                    selinuxRelabel=FLAG,
                    propagation=one_of("None", "HostToContainer", "Bidirectional"),
                )
            ),
            extraPortMappings=many(
                closed(
                    containerPort=PORT,
                    hostPort=PORT,
                    listenAddress={"type": "string", "format": "ipv4"},
                    protocol=one_of("TCP", "UDP", "SCTP"),
                )
            ),
            **_PATCHES,
        )
    )
    | {"contains": {"properties": {"role": one_of("control-plane")}}},
    networking=closed(
        ipFamily=one_of("ipv4", "ipv6", "dual"),
        apiServerPort=PORT,
        apiServerAddress=TEXT,
        podSubnet=TEXT,
        serviceSubnet=TEXT,
        disableDefaultCNI=FLAG,
        kubeProxyMode=one_of("iptables", "ipvs", "nftables", "none"),
        dnsSearch=many(TEXT),
    ),
    featureGates=every(FLAG),
    runtimeConfig=every(TEXT),
    containerdConfigPatches=many(TEXT),
    containerdConfigPatchesJSON6902=many(TEXT),
    **_PATCHES,
)
K3D: Final = closed(
    "apiVersion",
    "kind",
    apiVersion=one_of("k3d.io/v1alpha5"),
    kind=one_of("Simple"),
    metadata=closed(name=TEXT),
    servers={"type": "number", "minimum": 1},
    agents={"type": "number", "minimum": 0},
    kubeAPI=closed(host=TEXT, hostIP={"type": "string", "format": "ipv4"}, hostPort=TEXT),
    image=TEXT,
    network=TEXT,
    subnet=TEXT,
    token=TEXT,
    volumes=each("volume"),
    ports=many(
        closed(
            port={"type": "string", "pattern": r"^127\.0\.0\.1:\d{1,5}:\d{1,5}(/udp|/sctp)?$"},  # k3d takes other forms
            nodeFilters=many(TEXT),
        )
    ),
    files={"type": "array"},
    options={"type": "object"},
    env=each("envVar"),
    registries={"type": "object"},
    hostAliases={"type": "array"},
)


def faults(name: str, config: Any) -> list[str]:
    """What kind or k3d would refuse, and a port of the computer that is taken twice."""
    schema = {"kind": KIND, "k3d": K3D}[name]
    found = [f"{error.json_path}: {error.message}" for error in jsonschema.Draft7Validator(schema).iter_errors(config)]
    taken = Counter(_kind_ports(config) if name == "kind" else _k3d_ports(config)) if not found else Counter()
    return found + [f"{port} is mapped {count} times" for port, count in taken.items() if count > 1]


def _kind_ports(config: Any) -> list[str]:
    mappings = (mapping for node in config["nodes"] for mapping in node.get("extraPortMappings", ()))
    return [f"{mapping['listenAddress']}:{mapping['hostPort']}/{mapping['protocol']}" for mapping in mappings]


def _k3d_ports(config: Any) -> list[str]:
    parts = (entry["port"].partition("/") for entry in config.get("ports", ()))
    return [f"{ports.rpartition(':')[0]}/{protocol or 'tcp'}" for ports, _, protocol in parts]
