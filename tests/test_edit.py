"""``kgen edit`` in a real terminal, with editors that do what editors and people do."""

import os
import pty
import stat
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import Kgen
from oracles import TARGETS

from kgen import yamlio

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

ROOT = Path(__file__).parent.parent

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        args: [--fast, --loud]
        envFrom:
        - configMapRef: {name: settings}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  LEVEL: info
"""

SPEC = """\
# ours
namePrefix: dev-
images:
  nginx: {newTag: "1.26"}  # as in production
"""


class Ended(NamedTuple):
    """How a session in the terminal ended, and what stood there."""

    code: int
    screen: str


class Terminal:
    """A project, and a terminal in which an editor is set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.overlay = folder / "overlays" / "dev"
        (folder / "base").mkdir(parents=True)
        (folder / "base" / "kustomization.yaml").write_text("resources: [web.yaml]\n")
        (folder / "base" / "web.yaml").write_text(BASE)
        self.overlay.mkdir(parents=True)
        (self.overlay / "kgen.yaml").write_text(SPEC)
        (folder / "tmp").mkdir()

    def editor(self, body: str) -> str:
        """A program in Python, for which `path` is the file, `text` what it says, `save` writes it."""
        path = self.folder / "editor.py"
        head = (
            f"#!{sys.executable}\nimport os, signal, sys\npath = sys.argv[-1]\ntext = open(path).read()\n"
            f"open({str(self.folder / 'seen')!r}, 'a').write(text + '=====\\n')\n"
            "def save(text): open(path, 'w').write(text)\n"
        )
        path.write_text(head + body)
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
        return str(path)

    def seen(self) -> list[str]:
        """What the editor was opened on, time after time."""
        return (self.folder / "seen").read_text().split("=====\n")[:-1]

    def run(self, editor: str, *arguments: str) -> Ended:
        """Run ``kgen edit dev``."""
        environment = {
            **os.environ,
            "KUBE_EDITOR": editor,
            "TMPDIR": str(self.folder / "tmp"),
            "NO_COLOR": "1",
            "PYTHONPATH": str(ROOT),
        }
        child, terminal = pty.fork()
        if not child:
            os.chdir(self.folder)
            command = [sys.executable, "-m", "kgen", "edit", "dev", *arguments]
            os.execve(sys.executable, command, environment)  # noqa: S606 - kgen itself, in the terminal's own process
        screen = b""
        while True:
            try:
                read = os.read(terminal, 1 << 16)
            except OSError:
                break
            if not read:
                break
            screen += read
        os.close(terminal)
        return Ended(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), screen.decode().replace("\r\n", "\n"))

    def files(self) -> dict[str, str]:
        """The overlay's files."""
        found = (path for path in sorted(self.overlay.rglob("*")) if path.is_file())
        return {str(path.relative_to(self.overlay)): path.read_text() for path in found}

    def kept(self) -> list[Path]:
        """What was left in the folder for temporary files."""
        return sorted((self.folder / "tmp").iterdir())


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    made = Terminal(tmp_path / "project")
    monkeypatch.chdir(made.folder)
    return made


def test_what_is_changed_becomes_a_patch(terminal: Terminal, kgen: Kgen) -> None:
    editor = terminal.editor("save(text.replace('replicas: 1', 'replicas: 3').replace('- --loud', '- --quiet'))\n")
    ended = terminal.run(editor)
    assert ended.code == 0, ended.screen
    files = terminal.files()
    assert files["kgen.yaml"] == SPEC + "patches:\n- edits/deployment-web.yaml\n"
    assert files["edits/deployment-web.yaml"] == (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n  template:\n    spec:\n"
        "      containers:\n      - name: web\n        args:\n        - --fast\n        - --quiet\n"
    )
    assert terminal.kept() == []
    assert kgen("overlay", "dev", "--check").code == 0
    built = kgen("build", "overlays/dev").out
    assert "replicas: 3" in built
    assert "- --quiet" in built


def test_the_editor_shows_what_is_built_under_a_header(terminal: Terminal) -> None:
    assert terminal.run(terminal.editor("")) == Ended(0, "no changes\n")
    (text,) = terminal.seen()
    assert text.startswith("# overlays/dev as it is built, without content hashes.")
    assert "name: dev-web" in text
    assert "image: nginx:1.26" in text
    assert set(terminal.files()) == {"kgen.yaml"}


def test_a_second_edit_goes_into_the_same_file_and_back_again(terminal: Terminal) -> None:
    terminal.run(terminal.editor("save(text.replace('LEVEL: info', 'LEVEL: debug'))\n"))
    path = terminal.overlay / "edits" / "configmap-settings.yaml"
    path.write_text(path.read_text().replace("  LEVEL", "  # for a week\n  LEVEL"))
    terminal.run(terminal.editor("save(text.replace('LEVEL: debug', 'LEVEL: debug\\n  MORE: \"1\"'))\n"))
    assert path.read_text().endswith('data:\n  # for a week\n  LEVEL: debug\n  MORE: "1"\n')
    ended = terminal.run(terminal.editor("save(text.replace('debug\\n  MORE: \"1\"', 'info'))\n"))
    assert ended.code == 0, ended.screen
    assert set(terminal.files()) == {"kgen.yaml", "kustomization.yaml"}
    assert terminal.files()["kgen.yaml"] == SPEC


def test_resources_are_added_removed_and_renamed(terminal: Terminal, kgen: Kgen) -> None:
    added = "---\\napiVersion: v1\\nkind: Service\\nmetadata:\\n  name: dev-web\\nspec:\\n  ports: [{port: 80}]\\n"
    ended = terminal.run(
        terminal.editor(f"save(text.replace('name: dev-settings', 'name: dev-options') + '{added}')\n")
    )
    assert ended.code == 0, ended.screen
    files = terminal.files()
    assert files["edits/configmap-settings.yaml"] == "- op: replace\n  path: /metadata/name\n  value: options\n"
    assert sorted(path for path in files if path.startswith("edits/")) == [
        "edits/configmap-settings.yaml",
        "edits/service-web.yaml",
    ]
    assert "metadata:\n  name: web\n" in files["edits/service-web.yaml"]
    built = kgen("build", "overlays/dev").out
    assert built.count("name: dev-options") == 2
    assert "dev-settings" not in built
    ended = terminal.run(terminal.editor("save('---'.join(text.split('---')[:-1]))\n"))
    assert ended.code == 0, ended.screen
    assert "Deployment" not in kgen("build", "overlays/dev").out


def test_what_is_renamed_alone_is_followed_by_what_refers_to_it(terminal: Terminal, kgen: Kgen) -> None:
    editor = terminal.editor("save(text.replace('name: dev-settings', 'name: dev-options'))\n")
    ended = terminal.run(editor, "configmap/dev-settings")
    assert ended.code == 0, ended.screen
    assert [path for path in terminal.files() if path.startswith("edits/")] == ["edits/configmap-settings.yaml"]
    built = kgen("build", "overlays/dev").out
    assert built.count("name: dev-options") == 2
    assert "dev-settings" not in built
    ended = terminal.run(
        terminal.editor("save(text.replace('LEVEL: info', 'LEVEL: debug'))\n"), "configmap/dev-options"
    )
    assert ended.code == 0, ended.screen
    assert "LEVEL: debug" in kgen("build", "overlays/dev").out
    assert "$patch" not in str(terminal.files())


def test_another_name_beside_the_former_reference_is_another_resource(terminal: Terminal, kgen: Kgen) -> None:
    change = "text.replace('metadata:\\n  name: dev-settings', 'metadata:\\n  name: dev-options')"
    change += ".replace('replicas: 1', 'replicas: 3')"
    ended = terminal.run(terminal.editor(f"save({change})\n"))
    assert ended.code == 0, ended.screen
    built = kgen("build", "overlays/dev").out
    assert (built.count("name: dev-options"), built.count("name: dev-settings"), "replicas: 3" in built) == (1, 1, True)


@pytest.mark.parametrize("name", TARGETS or ["no kubectl 1.33"])
def test_kubectl_builds_what_was_saved(terminal: Terminal, name: str) -> None:
    if name not in TARGETS:
        pytest.skip(f"{name}: nobody to ask")
    added = "---\\napiVersion: v1\\nkind: Service\\nmetadata:\\n  name: dev-web\\nspec: {ports: [{port: 80}]}\\n"
    change = (
        "text.replace('replicas: 1', 'replicas: 3').replace('- --fast\\n', '').replace('LEVEL: info', 'LEVEL: debug')"
    )
    ended = terminal.run(
        terminal.editor(
            f"save({change} + '{added}')\nopen({str(terminal.folder / 'saved')!r}, 'w').write(open(path).read())\n"
        )
    )
    assert ended.code == 0, ended.screen
    saved = yamlio.load((terminal.folder / "saved").read_text(), "")
    built = yamlio.load(TARGETS[name].build(terminal.overlay).stdout, "")
    for one in built:  # the settings are others, so the pods start anew
        one.body.get("spec", {}).get("template", {}).get("metadata", {}).pop("annotations", None)
    assert {one.body["kind"]: one.body for one in built} == {one.body["kind"]: one.body for one in saved}


def test_what_is_declared_is_changed_in_the_declaration(terminal: Terminal) -> None:
    ended = terminal.run(terminal.editor("save(text.replace('nginx:1.26', 'nginx:1.27'))\n"), "deployment/DEV-web")
    assert ended.code == 0, ended.screen
    assert terminal.files()["kgen.yaml"] == SPEC.replace("1.26", "1.27")


def test_nonsense_is_told_on_top_until_it_is_mended(terminal: Terminal) -> None:
    editor = terminal.editor(
        "save(text.replace('LEVEL: [', 'LEVEL: a') if 'error:' in text else text.replace('LEVEL: info', 'LEVEL: ['))\n"
    )
    ended = terminal.run(editor)
    assert ended.code == 0, ended.screen
    second = terminal.seen()[1]
    lines = second.split("\n")
    (told,) = [line for line in lines if line.startswith("# error: ")]
    number = int(told.removeprefix("# error: line ").partition(":")[0])
    assert lines[number - 1] == "metadata:", told
    assert f"#   hint: the list starts in line {lines.index('  LEVEL: [') + 1}" in lines
    assert "edits/configmap-settings.yaml" in terminal.files()
    assert terminal.kept() == []


def test_what_is_no_text_is_told_too(terminal: Terminal) -> None:
    script = terminal.folder / "editor.sh"
    script.write_text('grep -aq \'error\' "$1" && cp "$1" seen || printf \'\\377a: b\\n\' > "$1"\n')
    ended = terminal.run(f"sh {script}")
    kept = terminal.kept()[0].relative_to(terminal.folder)
    assert ended == (
        2,
        f"{kept}:7: error: the file is not UTF-8\n  hint: save it as UTF-8; the text as edited is in {kept}\n",
    )
    seen = (terminal.folder / "seen").read_bytes()
    assert seen.endswith(b"#\n# error: line 7: the file is not UTF-8\n#   hint: save it as UTF-8\n\xffa: b\n")


def test_who_gives_up_keeps_the_text(terminal: Terminal) -> None:
    ended = terminal.run(terminal.editor("save(text.replace('name: dev-web', 'nam: dev-web'))\n"))
    (kept,) = terminal.kept()
    assert ended.code == 2
    assert "error: every resource has apiVersion, kind and metadata.name\n" in ended.screen
    assert f"  hint: the text as edited is in tmp/{kept.name}\n" in ended.screen
    assert "nam: dev-web" in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert set(terminal.files()) == {"kgen.yaml"}


def test_what_kgen_yaml_decides_cannot_be_edited(terminal: Terminal) -> None:
    added = "containers:\\n      - image: nginx:1\\n        name: more"
    editor = terminal.editor(f"save(text.replace('containers:', '{added}', 'error' not in text))\n")
    ended = terminal.run(editor)
    (kept,) = terminal.kept()
    assert ended == Ended(
        2,
        "error: what was changed in Deployment/dev-web cannot stay: kgen.yaml decides otherwise (namePrefix, images)\n"
        f"  hint: change it in kgen.yaml; the text as edited is in tmp/{kept.name}\n",
    )


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("save('')\n", 0, "cancelled: the file was empty\n"),
        ("save('# nothing\\n\\n')\n", 0, "cancelled: the file was empty\n"),
        ("os.unlink(path)\n", 0, "cancelled: the file was empty\n"),
        ("sys.exit(3)\n", 4, "error: the editor EDITOR ended with exit code 3\n  hint: nothing was changed\n"),
        (
            "os.kill(os.getpid(), signal.SIGKILL)\n",
            4,
            "error: the editor EDITOR was killed by SIGKILL\n  hint: nothing was changed\n",
        ),
    ],
)
def test_an_editor_that_does_not_edit_changes_nothing(terminal: Terminal, body: str, code: int, said: str) -> None:
    assert terminal.run(terminal.editor(body)) == Ended(code, said.replace("EDITOR", "editor.py"))
    assert set(terminal.files()) == {"kgen.yaml"}
    assert terminal.kept() == []


def test_an_editor_that_is_killed_after_saving_leaves_the_text(terminal: Terminal) -> None:
    ended = terminal.run(terminal.editor("save(text.replace('info', 'debug'))\nos.kill(os.getpid(), signal.SIGTERM)\n"))
    (kept,) = terminal.kept()
    assert ended.code == 4
    assert f"hint: nothing was changed; the text as edited is in tmp/{kept.name}\n" in ended.screen
    assert "LEVEL: debug" in kept.read_text()
    assert set(terminal.files()) == {"kgen.yaml"}


def test_an_unknown_resource_is_told(terminal: Terminal) -> None:
    assert terminal.run("vi", "pod/x") == Ended(
        2,
        "overlays/dev: error: there is no pod/x in this overlay\n"
        "  hint: it has ConfigMap/dev-settings, Deployment/dev-web\n",
    )


def test_a_missing_editor_is_told(terminal: Terminal) -> None:
    assert terminal.run("no-such-editor --wait") == Ended(
        4,
        "error: the editor no-such-editor --wait is not installed, or not on PATH\n"
        "  hint: nothing was changed; KUBE_EDITOR, VISUAL or EDITOR says which editor to use\n",
    )


def test_what_changed_meanwhile_is_not_overwritten(terminal: Terminal) -> None:
    spec = terminal.overlay / "kgen.yaml"
    body = (
        f"save(text.replace('info', 'debug') if 'error' not in text else text)\n"
        f"open({str(spec)!r}, 'a').write('replicas: {{web: 2}}\\n' if 'error' not in text else '')\n"
    )
    ended = terminal.run(terminal.editor(body))
    assert ended.code == 2
    assert "error: overlays/dev changed while you edited it\n" in ended.screen
    assert set(terminal.files()) == {"kgen.yaml"}
