"""Comparisons for the tests of renderers: one as people meet it, and one that means harm."""

from typing import Any

from kgen.errors import Origin
from kgen.fieldpath import FieldPath, ItemKey, Segment
from kgen.preview.comparison import Comparison, FieldChange, Finding, Move, ResourceChange
from kgen.resource import Body, Resource, ResourceId

HOSTILE = "</script><img src=x onerror=alert(1)>\u202egnp.exe\x1b[2J --> ``` | @octocat #1 [x](y) &amp; $a$"

_WEB = ("spec", "template", "spec", "containers", ItemKey((("name", "web"),)))
_CFG = "airflow.cfg"


def path(*segments: Segment) -> FieldPath:
    return FieldPath(segments)


def body(kind: str, name: str, namespace: str = "prod", api: str = "v1", **rest: Any) -> Body:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **rest}


def _deployment(image: str, config: str, version: dict[str, str], env: list[Body]) -> Body:
    labels = {"app": "web", **version}
    container = {"name": "web", "image": image, "env": env, "resources": {"requests": {"memory": "1Gi"}}}
    volumes = [{"name": "cfg", "configMap": {"name": config}}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container], "volumes": volumes}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    return body("Deployment", "web", api="apps/v1", spec=spec)


def _web() -> ResourceChange:
    before = _deployment("reg/web:1.0", "web-cfg-m5d2cggb7k", {}, [{"name": "A", "value": "1"}])
    env = [{"name": "NEW", "value": "0"}, {"name": "A", "value": "1"}]
    after = _deployment("reg/web:1.1", "web-cfg-b6gmtkgcd5", {"v": "2"}, env)
    after["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["memory"] = "1024Mi"
    patch = Origin("overlays/prod/patches/web.yaml", 7)
    volume = path("spec", "template", "spec", "volumes", ItemKey((("name", "cfg"),)), "configMap", "name")
    fields = (
        FieldChange("add", path("spec", "selector", "matchLabels", "v"), None, "2", cause=patch),
        FieldChange("add", path("spec", "template", "metadata", "labels", "v"), None, "2", cause=patch),
        FieldChange(
            "change",
            path(*_WEB, "image"),
            "reg/web:1.0",
            "reg/web:1.1",
            reason="declared in kgen.yaml: images.reg/web",
            before_at=("spec", "template", "spec", "containers", 0, "image"),
            after_at=("spec", "template", "spec", "containers", 0, "image"),
        ),
        FieldChange("add", path(*_WEB, "env", ItemKey((("name", "NEW"),))), None, {"name": "NEW", "value": "0"}),
        FieldChange(
            "reorder", path(*_WEB, "env"), ["name=A"], ["name=NEW", "name=A"], sort="order", order=(0,), cause=patch
        ),
        FieldChange("change", path(*_WEB, "resources", "requests", "memory"), "1Gi", "1024Mi", sort="equivalent"),
        FieldChange("change", volume, "web-cfg-m5d2cggb7k", "web-cfg-b6gmtkgcd5", sort="rename"),
    )
    return ResourceChange(Resource(before), Resource(after), fields)


def _config() -> ResourceChange:
    texts = ("timeout = 30\n", "timeout = 60\n")
    ini = ("[core]\nexecutor = Local\n", "[core]\nexecutor = Kubernetes\n")
    before, after = (
        body("ConfigMap", f"web-cfg-{suffix}", data={"app.conf": text, _CFG: cfg})
        for suffix, text, cfg in zip(("m5d2cggb7k", "b6gmtkgcd5"), texts, ini, strict=True)
    )
    inner = FieldChange("change", path("core", "executor"), "Local", "Kubernetes")
    fields = (
        FieldChange("change", path("metadata", "name"), "web-cfg-m5d2cggb7k", "web-cfg-b6gmtkgcd5", sort="rename"),
        FieldChange("change", path("data", "app.conf"), *texts),
        FieldChange("change", path("data", _CFG), *ini, format="ini", inner=(inner,)),
    )
    return ResourceChange(Resource(before), Resource(after), fields)


def _service() -> ResourceChange:
    before, after = (body("Service", "web", spec={"clusterIP": ip}) for ip in ("10.0.0.5", "10.0.0.6"))
    return ResourceChange(
        Resource(before),
        Resource(after),
        (FieldChange("change", path("spec", "clusterIP"), "10.0.0.5", "10.0.0.6"),),
    )


def _secret() -> ResourceChange:
    before, after = (body("Secret", "db", data={"password": f"\u2039secret {index}\u203a"}) for index in (1, 2))
    field = FieldChange("change", path("data", "password"), "\u2039secret 1\u203a", "\u2039secret 2\u203a")
    return ResourceChange(Resource(before), Resource(after), (field,))


def _moved(kind: str, name: str) -> ResourceChange:
    before, after = body(kind, name), body(kind, f"dev-{name}")
    field = FieldChange("change", path("metadata", "name"), name, f"dev-{name}", sort="rename")
    return ResourceChange(Resource(before), Resource(after), (field,))


def sample(name: str = "prod") -> Comparison:
    """Every kind of change there is, in seven resources."""
    web, config, service, secret = _web(), _config(), _service(), _secret()
    moved = [_moved("ServiceAccount", "runner"), _moved("Role", "runner")]
    added = ResourceChange(
        None,
        Resource(body("ConfigMap", "extra", data={"banner": "hello\nworld\n"})),
        reason="the banner has a file of its own",
        cause=Origin(f"overlays/{name}/kustomization.yaml", 4),
    )
    removed = ResourceChange(Resource(body("PersistentVolumeClaim", "scratch", spec={"storage": "1Gi"})), None)
    return Comparison(
        name,
        "base",
        (web, config, service, secret, *moved, added, removed),
        moves=(Move(("", "dev-"), ("", ""), None, tuple(change.id for change in moved)),),
        findings=_findings(web.id, service.id, removed.id),
        ignored=3,
        notes=("overlays/prod/patches/web.yaml is not committed",),
    )


def _findings(web: ResourceId, service: ResourceId, claim: ResourceId) -> tuple[Finding, ...]:
    selector = path("spec", "selector", "matchLabels", "v")
    recreate = "kubectl delete --cascade=orphan deployment/web, then apply again"
    return (
        Finding("apply-fails", "blocking", web, "spec.selector is immutable", recreate, (selector,)),
        Finding("restarts-pods", "warning", web, "restarts 2 pods, one after the other", None, (path(*_WEB),), 2),
        Finding("apply-fails", "blocking", service, "spec.clusterIP is immutable", "leave it out"),
        Finding("left-behind", "warning", claim, "kubectl apply -k will not delete it"),
        Finding("data-loss", "blocking", claim, "with --prune its data is gone"),
    )


def hostile() -> Comparison:
    """Every string that a repository controls tries to get out of its place."""
    before, after = (body(HOSTILE, HOSTILE, HOSTILE, data={HOSTILE: value}) for value in ("a", HOSTILE))
    fields = (
        FieldChange("change", path("data", HOSTILE), "a", HOSTILE, reason=HOSTILE, cause=Origin(HOSTILE, 1)),
        FieldChange("change", path("data", ItemKey((("name", HOSTILE),))), f"{HOSTILE}\n```\n", f"{HOSTILE}\n````x\n"),
    )
    change = ResourceChange(Resource(before), Resource(after), fields)
    finding = Finding("apply-fails", "blocking", change.id, HOSTILE, HOSTILE, (path(HOSTILE),))
    added = ResourceChange(None, Resource(body("ConfigMap", "x", data={"k": f"{HOSTILE}\n`````\n"})), (), HOSTILE)
    move = Move((HOSTILE, ""), ("", HOSTILE), (HOSTILE, ""), (change.id,))
    return Comparison(HOSTILE, HOSTILE, (change, added), (move,), (finding,), 0, (HOSTILE,))
