import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import chromium
import pytest
from goldens import golden, steering
from preview_sample import body, hostile, path, sample

from kgen.preview.comparison import Comparison, FieldChange, ResourceChange
from kgen.renderers.html import page
from kgen.resource import Resource

VOID = {"meta", "input", "tr", "td", "th", "tbody"}  # without an end, or with one that HTML lets people leave out


class Elements(HTMLParser):
    """What is in a page: the start tags with their attributes; what is not closed stays in `opened`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.opened: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.opened.pop() == tag


def several() -> list[Comparison]:
    other = replace(sample("prod"), ignored=0)
    return [sample("dev"), sample("staging"), other, Comparison("kind", "base", ())]


def without_assets(text: str) -> str:
    """The page with its style, its script and their digests left out: those are not worth comparing."""
    text = re.sub(r"<(style|script)>.*?</\1>", r"<\1>…</\1>", text, flags=re.DOTALL)
    return re.sub(r"'sha256-[^']*'", "'sha256-…'", text)


def test_a_page_tells_everything() -> None:
    made = without_assets(page([sample()]))
    assert made == golden("sample.html", made)


def test_other_spellings_are_told_where_asked_for() -> None:
    made = page([sample()], equivalents=True)
    assert Elements(made).opened == []
    assert (
        '<details class="equivalents">\n<summary>1 field only spelled in another way</summary>\n<dl>\n'
        "<dt>Deployment/web in prod</dt><dd><code>spec.template.spec.containers[name=web].resources.requests.memory: "
        "1Gi → 1024Mi</code></dd>\n</dl>\n</details>\n</section>"
    ) in made
    assert 'class="equivalents"' not in page([sample()]) + page([hostile()], equivalents=True)


def test_nothing_to_compare_is_no_changes() -> None:
    assert '<main id="changes">\n<p>no changes</p></main>' in page([])


@pytest.mark.parametrize("comparisons", [several(), [hostile()], [hostile(), sample("x y")], []])
def test_the_page_is_closed_and_runs_nothing_of_its_own(comparisons: list[Comparison]) -> None:
    made = page(comparisons)
    elements = Elements(made)
    assert elements.opened == []
    assert not steering(made)
    tags = [tag for tag, _ in elements.tags]
    assert (tags.count("script"), tags.count("style"), tags.count("img"), tags.count("link")) == (1, 1, 0, 0)
    attributes = {name for _, given in elements.tags for name in given}
    assert not {name for name in attributes if name.startswith("on") or name in {"style", "src", "href"}} - {"href"}
    assert {given["href"] for _, given in elements.tags if "href" in given} == {"#changes"}
    ids = [given["id"] for _, given in elements.tags if "id" in given]
    assert len(ids) == len(set(ids))


def large() -> Comparison:
    """2,000 resources, 100 of them changed."""
    changes = []
    for index in range(2_000):
        env = [{"name": f"V{number}", "value": f"value {number}"} for number in range(12)]
        containers = [{"name": name, "image": f"reg/{name}:1", "env": env} for name in ("web", "side")]
        before = body("Deployment", f"web-{index}", spec={"template": {"spec": {"containers": containers}}})
        if index >= 100:
            changes.append(ResourceChange(Resource(before), Resource(before)))
            continue
        after = body("Deployment", f"web-{index}", spec={"template": {"spec": {"containers": [containers[0]]}}})
        field = FieldChange("remove", path("spec", "template", "spec", "containers", 1), containers[1])
        changes.append(ResourceChange(Resource(before), Resource(after), (field,)))
    return Comparison("prod", "base", tuple(changes))


def test_a_large_state_makes_a_small_page() -> None:
    made = page([large()])
    assert len(made.encode()) < 1_000_000
    assert made.count('<details class="resource') == 100
    assert made.count(" open>") == 0  # of many only those are open that something blocks


def test_long_runs_that_both_sides_share_are_told_once_and_not_endlessly() -> None:
    lines = {f"k{index:04}": index for index in range(2_000)}
    before, after = (Resource(body("ConfigMap", "big", data={**lines, "z": value})) for value in (1, 2))
    change = ResourceChange(before, after, (FieldChange("change", path("data", "z"), 1, 2),))
    made = page([Comparison("prod", "base", (change,))])
    assert "1,999 lines alike" in made
    assert "… 1,699 more lines" in made
    assert made.count("k0100") == 1
    assert "k1000" not in made


def test_of_endless_lines_what_differs_is_in_the_page() -> None:
    before, after = (Resource(body("ConfigMap", "c", data={"k": f"{'x' * 90_000}{end}"})) for end in ("HERE", "THERE"))
    values = (each.body["data"]["k"] for each in (before, after))
    change = ResourceChange(before, after, (FieldChange("change", path("data", "k"), *values),))
    made = page([Comparison("prod", "base", (change,))])
    assert len(made) < 60_000
    assert "<mark>T</mark>HERE" in made


def test_links_are_unique_where_kinds_of_two_groups_share_a_name() -> None:
    changes = [ResourceChange(None, Resource(body("Cluster", "main", api=f"{group}/v1"))) for group in "ab"]
    made = page([Comparison("prod", "base", tuple(changes)), Comparison("prod", "main", tuple(changes))])
    assert re.findall('<details class="[^"]*" id="([^"]*)"', made) == [
        f"prod-prod-Cluster-main{suffix}" for suffix in ("", "--2", "--3", "--4")
    ]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Chromium]:
    program = chromium.found()
    if program is None:
        pytest.skip(f"no Chromium on PATH ({', '.join(chromium.NAMES)})")
    try:
        started = chromium.Chromium(program, tmp_path_factory.mktemp("profile"))
    except chromium.Ended:
        pytest.skip(f"{program} does not start here")
    with started:
        yield started


@pytest.fixture
def opened(browser: chromium.Chromium, tmp_path: Path) -> chromium.Chromium:
    """The browser at the page of several overlays, on a large screen."""
    return show(browser, tmp_path, several())


def show(browser: chromium.Chromium, folder: Path, comparisons: list[Comparison]) -> chromium.Chromium:
    (folder / "page.html").write_text(page(comparisons), encoding="utf-8")
    browser.size(1200)
    browser.open(folder / "page.html")
    return browser


VISIBLE = '[...document.querySelectorAll(".resource:not([hidden])")].filter((e) => e.offsetParent)'


def names(browser: chromium.Chromium) -> list[str]:
    found: list[str] = browser.evaluate(f'{VISIBLE}.map((e) => e.querySelector(".name").textContent)')
    return found


def choose(browser: chromium.Chromium, control: str, value: str) -> None:
    event = "input" if control == "search" else "change"
    browser.evaluate(
        f'(() => {{ const e = document.getElementById("{control}"); e.value = "{value}";'
        f' e.dispatchEvent(new Event("{event}")); }})()'
    )


def shown(browser: chromium.Chromium) -> str:
    found: str = browser.evaluate('document.getElementById("shown").textContent')
    return found


def test_a_browser_loads_nothing_and_complains_of_nothing(browser: chromium.Chromium, tmp_path: Path) -> None:
    for comparisons in (several(), [hostile(), sample()], []):
        show(browser, tmp_path, comparisons)
        assert browser.complaints == []
        assert browser.requests == [(tmp_path / "page.html").as_uri()]
        assert browser.evaluate('document.images.length + document.querySelectorAll("script").length') == 1


def test_the_policy_stops_what_escaping_might_miss(opened: chromium.Chromium) -> None:
    refused = opened.evaluate(
        """new Promise((told) => {
          const found = [];
          document.addEventListener("securitypolicyviolation", (event) => {
            found.push(event.effectiveDirective);
            if (found.length === 3) told(found.sort());
          });
          document.body.insertAdjacentHTML("beforeend", '<img src="http://127.0.0.1:9/" onerror="window.ran = 1">');
          document.body.insertAdjacentHTML("beforeend", '<b style="color: red">x</b>');
          document.body.append(Object.assign(document.createElement("script"), { text: "window.ran = 1" }));
        })"""
    )
    assert refused == ["img-src", "script-src-elem", "style-src-attr"]
    assert opened.evaluate("window.ran") is None


def test_filters_choose_by_overlay_kind_verdict_and_words(opened: chromium.Chromium) -> None:
    assert (shown(opened), len(names(opened))) == ("12 of 12 resources", 12)
    headings = '[...document.querySelectorAll("h2")].filter((e) => e.offsetParent).map((e) => e.textContent)'
    choose(opened, "overlay", "1")
    assert (len(names(opened)), opened.evaluate(headings)) == (6, ["the same in 2 overlays vs base"])
    choose(opened, "kind", "ConfigMap")
    assert names(opened) == ["ConfigMap/web-cfg-b6gmtkgcd5", "ConfigMap/extra"]
    choose(opened, "what", "renamed")
    assert (names(opened), shown(opened)) == (["ConfigMap/web-cfg-b6gmtkgcd5"], "1 of 12 resources")
    choose(opened, "kind", "")
    choose(opened, "what", "apply-fails")
    assert names(opened) == ["Deployment/web", "Service/web"]
    choose(opened, "search", "CLUSTERIP 10.0.0.6")
    assert names(opened) == ["Service/web"]
    choose(opened, "overlay", "3")
    assert (names(opened), shown(opened)) == ([], "0 of 12 resources")
    choose(opened, "search", "")
    choose(opened, "what", "")
    assert opened.evaluate(headings) == ["kind vs base"]  # which has no changes, and says so


def test_keys_go_from_resource_to_resource(opened: chromium.Chromium) -> None:
    focused = 'document.activeElement.closest(".resource")?.querySelector(".name").textContent'
    told = []
    for key in "jjkkj":
        opened.press(key)
        told.append(opened.evaluate(focused))
    assert told == ["Deployment/web", "ConfigMap/web-cfg-b6gmtkgcd5", *["Deployment/web"] * 2, told[1]]
    whole = 'document.activeElement.closest(".resource").querySelector(".whole").open'
    opened.press("w")
    assert opened.evaluate(whole)
    opened.press("/")
    assert opened.evaluate("document.activeElement.id") == "search"
    opened.press("j")
    assert opened.evaluate('document.getElementById("search").value') == "j"
    opened.press("Escape")
    assert opened.evaluate('document.getElementById("search").value') == ""
    for expected in (True, False):
        opened.press("?")
        assert opened.evaluate('document.getElementById("keys").open') is expected
    for expected in (12, 0):
        opened.press("e")
        assert opened.evaluate('document.querySelectorAll(".resource[open]").length') == expected


def test_a_link_opens_its_resource(opened: chromium.Chromium) -> None:
    opened.evaluate('location.hash = "#prod-prod-PersistentVolumeClaim-scratch"; 0')
    target = 'document.querySelector(":target").open'
    assert opened.evaluate(f"new Promise((done) => setTimeout(() => done({target})))")


@pytest.mark.parametrize("width", [320, 390, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(browser: chromium.Chromium, tmp_path: Path, width: int, scheme: str) -> None:
    endless = ResourceChange(None, Resource(body("ConfigMap", "x" * 300, "y" * 300, data={"z" * 300: "v" * 300})))
    show(browser, tmp_path, [*several(), hostile(), Comparison("n" * 300, "base", (endless,))])
    browser.size(width)
    browser.prefer(scheme)
    browser.evaluate('for (const each of document.querySelectorAll("details")) each.open = true; 0')
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = '[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)'
    assert browser.evaluate(f"{wide}.map((e) => e.outerHTML.slice(0, 80))") == []


def test_on_a_phone_both_sides_stand_below_each_other(opened: chromium.Chromium) -> None:
    opened.evaluate('document.querySelector(".whole").open = true; 0')
    cells = '[...document.querySelector("tr:has(.del)").cells].map((e) => Math.round(e.getBoundingClientRect().x))'
    assert len(set(opened.evaluate(cells))) == 2
    opened.size(320)
    assert len(set(opened.evaluate(cells))) == 1


def luminance(colour: str) -> float:
    """See https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(browser: chromium.Chromium, tmp_path: Path, scheme: str) -> None:
    browser.prefer(scheme)
    show(browser, tmp_path, several())
    browser.evaluate('for (const each of document.querySelectorAll("details")) each.open = true; 0')
    pairs = browser.evaluate(
        """[...document.querySelectorAll("body *")].filter((e) => e.offsetParent && e.innerText).map((e) => {
          let ground = e;
          const colour = () => getComputedStyle(ground).backgroundColor;
          while (colour() === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
          return [getComputedStyle(e).color, colour(), e.className];
        })"""
    )
    assert len(pairs) > 100
    for ink, ground, where in {tuple(pair) for pair in pairs}:
        one, other = sorted((luminance(ink), luminance(ground)))
        assert (other + 0.05) / (one + 0.05) >= 4.5, (where, ink, ground)


def test_without_scripts_all_of_it_can_be_read(browser: chromium.Chromium, tmp_path: Path) -> None:
    browser.scripts(run=False)
    try:
        show(browser, tmp_path, several())
    finally:
        browser.scripts(run=True)
    assert browser.evaluate('document.getElementById("filters").hidden')
    text = browser.evaluate("document.body.innerText")
    assert "reg/web:1.1" in text
    assert "spec.clusterIP is immutable" in text


def test_a_large_page_is_quick_to_filter(browser: chromium.Chromium, tmp_path: Path) -> None:
    show(browser, tmp_path, [large()])
    assert browser.complaints == []
    choose(browser, "search", "web-99")
    assert names(browser) == ["Deployment/web-99"]
