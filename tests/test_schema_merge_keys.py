import pytest

from kgen.resource import Gvk
from kgen.schema.merge_keys import merge_type
from kgen.schema.scope import is_cluster_scoped

DEPLOYMENT, SERVICE = Gvk("apps", "v1", "Deployment"), Gvk("", "v1", "Service")


@pytest.mark.parametrize(
    ("gvk", "path", "keys"),
    [
        (DEPLOYMENT, "spec.template.spec.containers", ("name",)),
        (DEPLOYMENT, "spec.template.spec.containers[].env", ("name",)),
        (DEPLOYMENT, "spec.template.spec.containers[].ports", ("containerPort", "protocol")),
        (DEPLOYMENT, "spec.template.spec.volumes[].ephemeral.volumeClaimTemplate.metadata.ownerReferences", ("uid",)),
        (DEPLOYMENT, "spec.template.spec.topologySpreadConstraints", ("topologyKey", "whenUnsatisfiable")),
        (DEPLOYMENT, "spec.template.spec.tolerations", ()),
        (DEPLOYMENT, "spec.template.spec.containers[].args", ()),
        (Gvk("batch", "v1beta1", "CronJob"), "spec.jobTemplate.spec.template.spec.initContainers", ("name",)),
        (SERVICE, "spec.ports", ("port", "protocol")),
        (SERVICE, "spec.ports[].anything", ()),
        (Gvk("apps", "v1beta9", "Deployment"), "spec.template.spec.containers", ()),
        (Gvk("example.com", "v1", "Thing"), "spec.containers", ()),
    ],
)
def test_a_list_has_its_merge_keys(gvk: Gvk, path: str, keys: tuple[str, ...]) -> None:
    found = merge_type(gvk)
    for step in path.split("."):
        found = found.field(step.removesuffix("[]"))
        found = found.item() if step.endswith("[]") else found
    assert found.keys == keys


def test_a_set_is_merged_without_keys() -> None:
    finalizers = merge_type(DEPLOYMENT).field("metadata").field("finalizers")
    assert (finalizers.merges, finalizers.keys) == (True, ())


def test_a_replaced_list_is_not_merged() -> None:
    assert not merge_type(DEPLOYMENT).field("spec").field("nothing").merges


@pytest.mark.parametrize(
    ("gvk", "expected"),
    [
        (Gvk("", "v1", "Namespace"), True),
        (Gvk("rbac.authorization.k8s.io", "v1", "ClusterRole"), True),
        (Gvk("", "v1", "ConfigMap"), False),
        (Gvk("example.com", "v1", "ClusterThing"), False),
        (Gvk("rbac.authorization.k8s.io", "v2", "ClusterRole"), False),
    ],
)
def test_only_known_kinds_are_cluster_scoped(gvk: Gvk, expected: bool) -> None:
    assert is_cluster_scoped(gvk) is expected
