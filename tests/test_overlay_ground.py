"""What kustomize's own fields make of a base depends on how it came to be: field specs, variables and former names."""

from pathlib import Path

import pytest
from conftest import Kgen
from oracles import TARGETS

ISSUER = "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: ca}\nspec: {selfSigned: {}}\n"
CERTIFICATE = """\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: serving}
spec: {secretName: tls, issuerRef: {kind: Issuer, name: ca}, dnsNames: [$(SERVICE).svc]}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers:
      - {name: web, image: nginx:1.25, envFrom: [{configMapRef: {name: settings}}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: web}]
"""

# What a base is, beside web.yaml and kustomization.yaml with this text.
BASES = {
    "field specs of its own": {
        "kustomization.yaml": "resources: [issuer.yaml, certificate.yaml]\nconfigurations: [names.yaml]\n",
        "names.yaml": "nameReference:\n- kind: Issuer\n  group: cert-manager.io\n"
        "  fieldSpecs: [{kind: Certificate, path: spec/issuerRef/name}]\n",
    },
    "variables": {
        "kustomization.yaml": "resources: [service.yaml, certificate.yaml]\n"
        "vars: [{name: SERVICE, objref: {kind: Service, name: web, apiVersion: v1}}]\n"
        "configurations: [reads.yaml]\n",
        "reads.yaml": "varReference: [{kind: Certificate, path: spec/dnsNames}]\n",
    },
    "a subject that a patch put into its namespace": {
        "kustomization.yaml": "namespace: team\nresources: [web.yaml]\npatches:\n- target: {kind: RoleBinding}\n"
        '  patch: \'[{"op": "add", "path": "/subjects/0/namespace", "value": "team"}]\'\n',
    },
    "a prefix and generated settings": {
        "kustomization.yaml": "namePrefix: p-\nresources: [web.yaml]\n"
        "configMapGenerator: [{name: settings, literals: [A=b]}]\n",
    },
}
DECLARED = {
    "namespace": "namespace: prod\ncreateNamespace: false\n",
    "prefix": "namePrefix: x-\n",
    "all": "namespace: prod\ncreateNamespace: false\nnamePrefix: x-\nnameSuffix: -y\nlabels: {team: a}\n",
}


def _write(root: Path, base: str, declared: str) -> None:
    files = {"issuer.yaml": ISSUER, "certificate.yaml": CERTIFICATE, "service.yaml": SERVICE, "web.yaml": WEB}
    for name, text in (files | BASES[base]).items():
        (root / "base" / name).parent.mkdir(exist_ok=True)
        (root / "base" / name).write_text(text)
    overlay, plain = root / "overlays/dev", root / "overlays/plain"
    overlay.mkdir(parents=True)
    (overlay / "kgen.yaml").write_text(f"{DECLARED[declared]}couplings: {{}}\n")
    plain.mkdir()
    fields = DECLARED[declared].replace("createNamespace: false\n", "").replace("{team: a}", "[{pairs: {team: a}}]")
    (plain / "kustomization.yaml").write_text(f"resources: [../../base]\n{fields}")


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("base", BASES)
def test_an_overlay_is_made_over_a_base_with(
    base: str, declared: str, tmp_path: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, base, declared)
    monkeypatch.chdir(tmp_path)
    ran = kgen("overlay", "dev")
    assert (ran.code, ran.err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "overlays/dev").iterdir()) == ["kgen.yaml", "kustomization.yaml"]
    built = kgen("build", "overlays/dev").out
    assert built == kgen("build", "overlays/plain").out
    for oracle in TARGETS.values():
        assert oracle.build(tmp_path / "overlays/plain").stdout == built


def test_a_function_changes_what_a_variable_reads_into(
    tmp_path: Path, kgen: Kgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "variables", "all")
    overlay = tmp_path / "overlays/dev"
    (overlay / "kgen.yaml").write_text(f"{DECLARED['all']}python: overlay.py\n")
    (overlay / "overlay.py").write_text(
        "def overlay(resources):\n    resources['Certificate/serving'].body['spec']['duration'] = '24h'\n"
    )
    monkeypatch.chdir(tmp_path)
    assert kgen("overlay", "dev").code == 0
    built = kgen("build", "overlays/dev").out
    assert "dnsNames:\n  - x-web-y.svc\n  duration: 24h\n" in built
