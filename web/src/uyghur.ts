// Units of the population map: classes, hatching, and the row of the table as their card.
// @ts-nocheck
import { each, el, parts, reachable, svg, whenThere } from "./core.ts";

export const units = (map, { breaks, units }, layers) => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const page = map.getContainer().parentNode;

  const pattern = (id, size, turn, mark) =>
    svg(
      "pattern",
      {
        id,
        width: size,
        height: size,
        patternUnits: "userSpaceOnUse",
        patternTransform: `rotate(${turn})`,
      },
      svg("rect", { width: size, height: size, class: "kz-blank" }),
      mark,
    );
  page.append(
    svg(
      "svg",
      { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" },
      svg(
        "defs",
        {},
        pattern("kz-hatch", 7, 45, svg("path", { d: "M0 0V7", class: "kz-hatch-line" })),
        pattern("kz-dots", 8, 30, svg("circle", { cx: 4, cy: 4, r: 1.1, class: "kz-dot" })),
      ),
    ),
  );

  // ---- legend ----
  const swatch = (name) =>
    svg(
      "svg",
      { viewBox: "0 0 28 16", class: "kz-swatch", "aria-hidden": "true" },
      svg("rect", { x: 1, y: 1, width: 26, height: 14, class: name }),
    );
  const stroke = (name) =>
    svg(
      "svg",
      { viewBox: "0 0 28 16", class: "kz-swatch", "aria-hidden": "true" },
      svg("path", { d: "M1 8H27", class: name }),
    );
  const ends = [0, ...breaks];
  const rows = ends.map((from, i) => [
    swatch(`kz-share-${i}`),
    i === 0
      ? `under ${ends[1]} %`
      : i === ends.length - 1
        ? `${from} % and more`
        : `${from} to under ${ends[i + 1]} %`,
  ]);
  const all = units.find((unit) => unit.whole);
  if (all) rows.push([stroke("kz-whole"), el("a", { href: `#${all.anchor}` }, all.title)]);
  rows.push(
    [swatch("kz-share-count"), "a number, but no share published"],
    [swatch("kz-share-none"), "no published figure found"],
    [swatch("kz-derived kz-share-4"), "dashed edge: derived settlement area"],
    [stroke("kz-border-line"), "border of Kazakhstan and China"],
    [stroke("kz-disputed"), "boundary that is disputed in parts"],
  );
  page.querySelector(".kz-reading").append(
    el("h2", {}, "Uyghurs, latest sourced share"),
    el(
      "ul",
      { class: "kz-swatches" },
      rows.map(([mark, words]) => el("li", {}, mark, el("span", {}, words))),
    ),
  );

  // ---- units; a card is the row of the table, told as a list ----
  const table = document.getElementById("kz-table");
  const columns = [...table.querySelectorAll("thead th")].map((th) => th.textContent);
  const rowOf = (unit) => document.getElementById(unit.anchor);
  function card(unit) {
    const [title, ...cells] = rowOf(unit).children;
    const name = title.querySelector("a").textContent;
    const extra = [...title.querySelectorAll(".kz-small")].map((node) => node.cloneNode(true));
    return el(
      "div",
      { class: "kz-card kz-unit-card" },
      el("h2", {}, name),
      extra,
      el(
        "dl",
        {},
        cells.flatMap((cell, i) => [
          el("dt", {}, columns[i + 1]),
          el(
            "dd",
            {},
            [...cell.childNodes].map((node) => node.cloneNode(true)),
          ),
        ]),
      ),
    );
  }
  each(layers.units, (layer, { key }) => {
    const unit = units.find((one) => one.id === key);
    if (!unit) return;
    unit.layer = layer.bindPopup(() => card(unit), { maxHeight: 300, minWidth: 260 });
    layer.on("popupopen", () => light(unit)).on("popupclose", () => light(null));
    whenThere(layer, () => {
      layer.getElement().dataset.unit = key;
      if (!unit.whole) reachable(layer, unit.title, true);
    });
  });

  function light(unit) {
    for (const { layer, anchor } of units.filter((one) => one.layer)) {
      const on = Boolean(unit && unit.anchor === anchor);
      if (layer.getElement()) layer.getElement().classList.toggle("kz-unit-lit", on);
      const row = document.getElementById(anchor);
      on ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
    }
  }

  // ---- the address is the state: a name in the table leads to the unit on the map ----
  function follow() {
    const unit = units.find((u) => `#${u.anchor}` === decodeURIComponent(location.hash));
    map.closePopup();
    if (!unit || !unit.layer || !unit.layer._map) return;
    map.fitBounds(unit.layer.getBounds(), { animate: false, maxZoom: 7.5, padding: [40, 40] });
    unit.layer.openPopup(unit.layer.getCenter());
    if (calm || map.getContainer().getBoundingClientRect().bottom < 80)
      map.getContainer().scrollIntoView({ block: "nearest" });
  }
  page.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#unit-"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    location.hash === link.hash ? follow() : (location.hash = link.hash);
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("load", follow);
};
parts.units = units;
