import pytest

from kgen.errors import Origin, Unsupported
from kgen.kustomize.draft import CLUSTER, Draft, key_of
from kgen.resource import Gvk, ResourceId

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}


def test_remembers_its_former_identity() -> None:
    draft = Draft({**POD, "metadata": {"name": "a"}}, Origin("r.yaml", 1))
    draft.remember()
    draft.set_metadata("name", "b")
    draft.set_metadata("namespace", "n")
    pod = Gvk("", "v1", "Pod")
    assert draft.key == ResourceId(pod, "n", "b")
    assert draft.first_key() == ResourceId(pod, "default", "a")
    assert draft.resource().previous_ids == (ResourceId(pod, "default", "a"),)


def test_the_present_identity_is_no_former_one() -> None:
    draft = Draft({**POD, "metadata": {"name": "a"}})
    draft.remember()
    assert draft.resource().previous_ids == ()


@pytest.mark.parametrize("name", ["", None, "a,b"])
def test_says_when_it_has_no_usable_name(name: str | None) -> None:
    with pytest.raises(Unsupported) as caught:
        Draft({**POD, "metadata": {"name": name}}, Origin("r.yaml", 3)).remember()
    assert caught.value.message.endswith(f": Pod/{name or ''} without a usable name")
    assert caught.value.hint == "look at the patches for it"


def test_kinds_in_no_namespace_are_compared_without() -> None:
    role = Gvk("rbac.authorization.k8s.io", "v1", "ClusterRole")
    assert key_of(ResourceId(role, "n", "a")) == key_of(ResourceId(role, "", "a")) == ResourceId(role, CLUSTER, "a")
