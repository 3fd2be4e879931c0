
"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const resources = [...document.querySelectorAll(".resource")];
  const sections = [...document.querySelectorAll("section")];
  const filters = ["overlay", "kind", "what"].map((id) => document.getElementById(id));
  const [overlay, kind, what] = filters.map((select) => () => (select ? select.value : ""));
  const search = one("#search"), fold = one("#fold"), keys = one("#keys");
  const texts = new Map();

  const text = (resource) => {
    if (!texts.has(resource)) texts.set(resource, resource.textContent.toLowerCase());
    return texts.get(resource);
  };
  const has = (words, word) => !word || words.split(" ").includes(word);

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const section of sections) {
      const here = has(section.dataset.overlays, overlay());
      let any = false;
      for (const resource of section.querySelectorAll(".resource")) {
        const show = here && (!kind() || resource.dataset.kind === kind()) && has(resource.dataset.whats, what()) &&
          words.every((word) => text(resource).includes(word));
        resource.hidden = !show;
        any = any || show;
        count += show;
      }
      const chosen = words.length || kind() || what();
      section.hidden = !here || (Boolean(chosen) && !any);
    }
    one("#shown").textContent = `${count} of ${resources.length} resources`;
  };

  const visible = () => resources.filter((resource) => !resource.hidden);
  const step = (by) => {
    const shown = visible();
    const at = shown.findIndex((resource) => resource.contains(document.activeElement));
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1)];
    if (!next) return;
    next.querySelector("summary").focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  };
  const foldAll = () => {
    const open = visible().some((resource) => !resource.open);
    for (const resource of visible()) resource.open = open;
    fold.textContent = open ? "Close all" : "Open all";
  };
  const whole = () => {
    const resource = document.activeElement.closest(".resource");
    const details = resource && resource.querySelector(".whole");
    if (details) resource.open = details.open = !details.open || !resource.open;
  };
  const help = () => (keys.open ? keys.close() : keys.showModal());
  const clear = () => { search.value = ""; filter(); search.blur(); };
  const target = () => {
    const found = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (found && "open" in found) { found.open = true; found.scrollIntoView(); }
  };

  const pressed = { j: () => step(1), k: () => step(-1), e: foldAll, w: whole, "?": help, "/": () => search.focus() };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target === search) return clear();
    if (event.target.matches("input, select") || !Object.hasOwn(pressed, event.key)) return;
    if (keys.open && event.key !== "?") return;
    event.preventDefault();
    pressed[event.key]();
  });
  search.addEventListener("input", filter);
  for (const select of filters) if (select) select.addEventListener("change", filter);
  fold.addEventListener("click", foldAll);
  one("#help").addEventListener("click", help);
  one("#close").addEventListener("click", help);
  window.addEventListener("hashchange", target);
  window.addEventListener("beforeprint", () => { for (const resource of visible()) resource.open = true; });
  one("#filters").hidden = !resources.length;
  filter();
  target();
})();
