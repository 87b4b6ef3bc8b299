// Units of the population map: classes, age of the figures, circles where no outline is known, and
// the row of the table as the card of a unit.
import type { Position } from "geojson";
import type { Unit, UnitsData } from "./contract.ts";
import {
  address,
  each,
  el,
  holds,
  type KzMap,
  number,
  parts,
  reachable,
  svg,
  whenThere,
} from "./core.ts";
import type { Box } from "./labels.ts";
import type { Label } from "./page.ts";
import { visits } from "./visits.ts";

/** Radius of a circle in pixels at the zoom of the whole map: this times the root of the number. */
const RADIUS = 0.045;
const WHOLE_ZOOM = 5;
/** How much larger a circle gets with each zoom; areas grow by 4, circles stay apart sooner. */
const GROWTH = 1.32;
/** The smallest and the largest radius in pixels. */
const [LEAST, MOST] = [2.5, 46];
/** Numbers that the legend of circles shows. */
const SAMPLES = [1000, 10_000, 50_000, 100_000];

const TIP: L.TooltipOptions = { sticky: true };

/** What the map has of a unit. */
interface Drawn extends Unit {
  area?: L.Polygon;
  circle_: L.Marker | null;
  names: { label: Label; words: string }[];
}

export const units = (
  map: KzMap,
  { breaks, since, units: given }: UnitsData,
  layers: Record<string, L.Layer | null>,
) => {
  const page = map.getContainer().parentNode as HTMLElement;
  const show = visits(map);
  // a finger has no tip beside it: it opens the card at once
  const hovers = matchMedia("(hover: hover)").matches;
  const units: Drawn[] = given.map((unit) => ({ ...unit, circle_: null, names: [] }));
  const all = units.find((unit) => unit.whole);
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  map.getContainer().append(patterns());
  const tick = el("input", { type: "checkbox" });
  const sizes = el("li", { class: "kz-sizes" });
  page.querySelector(".kz-reading")!.append(legend());

  // ---- units; a card is the row of the table, told as a list ----
  const table = document.getElementById("kz-table")!;
  const columns = [...table.querySelectorAll("thead th")].map((th) => th.textContent);
  function card(unit: Unit) {
    const [title, ...cells] = document.getElementById(unit.anchor)!.children;
    const name = title.querySelector("a")!.textContent;
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
  each(layers.units, (layer, { key = "", kind }) => {
    const unit = byId.get(key);
    if (!unit) return;
    if (layer instanceof L.Marker && kind !== "seat") {
      const { label } = layer;
      // of the names of a unit the first that has room
      const before = unit.names.map((one) => one.label.name);
      label!.inside = (box) =>
        before.every((name) => name.hidden) &&
        unit.area !== undefined &&
        holds(ringsOf(unit.area), box);
      unit.names.push({ label: label!, words: label!.name.textContent! });
      return;
    }
    if (layer instanceof L.Marker) circle(unit, layer, layer.label!);
    else unit.area = layer as unknown as L.Polygon;
    layer.bindPopup(() => card(unit), { maxHeight: 300, minWidth: 260 });
    if (hovers && !unit.whole) layer.bindTooltip(() => el("span", {}, titleOf(unit)), TIP);
    layer.on("popupopen", () => opened(unit)).on("popupclose", () => closed(unit));
    whenThere(layer, () => {
      const node = (layer as L.Marker).getElement()!;
      node.dataset.unit = key;
      if (layer instanceof L.Path && !unit.whole) reachable(layer, unit.title, true);
    });
  });

  /** Rings of an area in the pixels of the labels, once for each zoom. */
  const rings = new Map<L.Polygon, Position[][]>();
  map.on("zoomend viewreset", () => rings.clear());
  function ringsOf(area: L.Polygon): Position[][] {
    let found = rings.get(area);
    if (!found) {
      const parts = area.getLatLngs() as L.LatLng[][] | L.LatLng[][][];
      found = (parts.flat(Array.isArray(parts[0][0]) ? 1 : 0) as L.LatLng[][]).map((ring) =>
        ring.map((at) => {
          const { x, y } = map.latLngToLayerPoint(at);
          return [x, y];
        }),
      );
      rings.set(area, found);
    }
    return found;
  }

  // ---- circles: of an area proportional to the number, of a colour by the share ----
  const radius = (persons: number) =>
    Math.min(
      MOST,
      Math.max(LEAST, RADIUS * Math.sqrt(persons) * GROWTH ** (map.getZoom() - WHOLE_ZOOM)),
    );
  function circle(unit: Drawn, marker: L.Marker, label: Label) {
    unit.circle_ = marker;
    const leader = svg("path", { class: "kz-leader" });
    const disc = svg("circle", { class: `kz-disc kz-share-${unit.share}` });
    label.mark = svg("svg", { class: "kz-seat", "aria-hidden": "true" }, leader, disc);
    label.title = unit.title;
    label.name.before(label.mark);
    // the name of a place in Kazakhstan does not stand in Xinjiang
    label.inside = ([left, top, right, bottom]) =>
      !all?.area ||
      [left, right].every((x) =>
        [top, bottom].every((y) => !holds(ringsOf(all.area!), [x, y, x, y])),
      );
    label.placed = (x, y) => {
      const [w, h] = [label.width ?? 0, label.height ?? 0];
      const to = { x: Math.min(Math.max(0, x), x + w), y: Math.min(Math.max(0, y), y + h) };
      const far = Math.hypot(to.x, to.y);
      const r = radius(unit.circle!);
      leader.setAttribute(
        "d",
        far > r ? `M${(to.x * r) / far} ${(to.y * r) / far}L${to.x} ${to.y}` : "",
      );
    };
  }
  function resize() {
    for (const { circle, circle_ } of units) {
      const label = (circle_ as (L.Marker & { label?: Label }) | null)?.label;
      if (!label?.mark) continue;
      const r = radius(circle!);
      label.mark.querySelector("circle")!.setAttribute("r", r.toFixed(1));
      label.gaps = [r + 7, r + 22];
    }
    const largest = radius(SAMPLES[SAMPLES.length - 1]);
    sizes.replaceChildren(
      ...SAMPLES.map((persons) => {
        const r = radius(persons);
        const box = { viewBox: `${-r - 1} ${-r - 1} ${2 * r + 2} ${2 * r + 2}` };
        const size = { width: 2 * r + 2, height: 2 * r + 2 };
        return el(
          "span",
          {},
          svg(
            "svg",
            { ...box, ...size, "aria-hidden": "true" },
            svg("circle", { r, class: "kz-disc kz-share-1" }),
          ),
          number(persons),
        );
      }),
    );
    sizes.style.minHeight = `${2 * largest + 20}px`;
    map.kz.arrange();
  }
  map.on("zoomend", resize);
  map.kz.blocks = (): Box[] =>
    units
      .filter((unit) => unit.circle_ && map.hasLayer(unit.circle_))
      .map((unit) => {
        const { x, y } = map.latLngToLayerPoint(unit.circle_!.getLatLng());
        const r = radius(unit.circle!);
        return [x - r, y - r, x + r, y + r];
      });

  // ---- only figures that are not old ----
  const titleOf = ({ old, title }: Unit) =>
    tick.checked && old ? `${title.split(":")[0]}: no figure since ${since}` : title;
  function recent() {
    const only = tick.checked;
    document.body.classList.toggle("kz-recent", only);
    const none = `no figure since ${since}`;
    for (const unit of units.filter((one) => one.old)) {
      unit.area?.getElement()?.setAttribute("aria-label", titleOf(unit));
      unit.names.forEach(({ label, words }, i) => {
        const short = i ? "" : `${words.split("\n")[0]}\n${none}`;
        label.name.textContent = only ? short : words;
        label.width = undefined;
        label.name.hidden = false;
      });
    }
    map.kz.arrange();
    address.changed();
  }
  tick.addEventListener("change", recent);
  address.keep("since", {
    read: () => (tick.checked ? String(since) : ""),
    apply: (value) => {
      tick.checked = value === String(since);
      recent();
    },
  });

  // ---- what is selected is the unit whose card is open ----
  let open: Unit | null = null;
  function light(unit: Unit | null) {
    for (const one of units) {
      const on = one === unit;
      for (const layer of [one.area, one.circle_])
        layer?.getElement()?.classList.toggle("kz-unit-lit", on);
      const row = document.getElementById(one.anchor)!;
      on ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
    }
  }
  function opened(unit: Unit) {
    open = unit;
    light(unit);
    if (address.selected() !== unit.anchor) map.kz.hold(true);
    address.chosen(unit.anchor);
  }
  function closed(unit: Unit) {
    if (open === unit) {
      open = null;
      light(null);
    }
    // another card may open in the same go
    queueMicrotask(() => {
      if (open || address.selected() !== unit.anchor) return;
      map.kz.hold(true); // the view that the card led to stays
      address.chosen("");
      address.changed();
    });
  }
  address.onSelect((id) => {
    const unit = units.find((one) => one.anchor === id);
    if (unit && unit === open) return;
    map.closePopup();
    const layer = unit?.circle_ ?? unit?.area;
    if (!unit || !layer || !map.hasLayer(layer)) return show.back();
    const at = layer instanceof L.Marker ? layer.getLatLng() : layer.getCenter();
    const bounds = unit.area?.getBounds() ?? L.latLngBounds([at, at]).pad(0);
    show.go(bounds, { animate: false, maxZoom: 7.5, padding: [40, 40] });
    layer.openPopup(at);
    // where the map is not beside the table, a link leads to the map, not to the row
    const { top, bottom } = map.getContainer().getBoundingClientRect();
    if (bottom < 80 || top > innerHeight - 80) map.getContainer().scrollIntoView();
  });
  address.links(page, "unit-");
  resize();

  // ---- legend ----
  function legend() {
    const swatch = (...names: string[]) =>
      svg(
        "svg",
        { viewBox: "0 0 28 16", class: "kz-swatch", "aria-hidden": "true" },
        names.map((name) => svg("rect", { x: 1, y: 1, width: 26, height: 14, class: name })),
      );
    const stroke = (name: string) =>
      svg(
        "svg",
        { viewBox: "0 0 28 16", class: "kz-swatch", "aria-hidden": "true" },
        svg("path", { d: "M1 8H27", class: name }),
      );
    const row = (mark: SVGElement, words: Node | string, attributes = {}) =>
      el("li", attributes, mark, el("span", {}, words));
    const ends = [0, ...breaks];
    const classes = ends.map((from, i) =>
      row(
        swatch(`kz-share-${i}`),
        i === 0
          ? `under ${ends[1]} %`
          : i === ends.length - 1
            ? `${from} % and more`
            : `${from} to under ${ends[i + 1]} %`,
      ),
    );
    return el(
      "div",
      {},
      el("h2", {}, "Uyghurs, latest sourced share"),
      el(
        "ul",
        { class: "kz-swatches" },
        classes,
        all ? row(stroke("kz-whole"), el("a", { href: `#${all.anchor}` }, all.title)) : null,
        row(swatch("kz-share-count"), "a number, but no share published"),
        row(swatch("kz-share-none"), "no published figure found"),
      ),
      el("h2", {}, "How old and how sure"),
      el(
        "ul",
        { class: "kz-swatches" },
        el("li", {}, el("label", { class: "kz-since" }, tick, `${since} and later only`)),
        row(swatch("kz-share-1", "kz-old"), `hatched: older than ${since}, or without a year`),
        row(swatch("kz-plain"), `no figure since ${since}`, { class: "kz-if-recent" }),
        row(
          el("span", { class: "kz-swatch" }) as unknown as SVGElement,
          "“copy”, “compiled” beside a year: known from a page that repeats what others counted",
        ),
      ),
      el("h2", {}, "Circles: number of Uyghurs"),
      el(
        "ul",
        { class: "kz-swatches" },
        sizes,
        el(
          "li",
          {},
          "Districts of Kazakhstan, at their seats, and Almaty, all at the start of 2025. The area of a circle is the number, its colour the share.",
        ),
      ),
      el("h2", {}, "Lines"),
      el(
        "ul",
        { class: "kz-swatches" },
        row(stroke("kz-border-line"), "border of Kazakhstan and China"),
        row(stroke("kz-disputed"), "boundary that is disputed in parts"),
      ),
    );
  }
};
parts.units = units;

/** Patterns of the whole page. */
function patterns() {
  const pattern = (id: string, size: number, turn: number, ...marks: SVGElement[]) =>
    svg(
      "pattern",
      {
        id,
        width: size,
        height: size,
        patternUnits: "userSpaceOnUse",
        patternTransform: `rotate(${turn})`,
      },
      marks,
    );
  const blank = (size: number) => svg("rect", { width: size, height: size, class: "kz-blank" });
  const line = (name: string) => svg("path", { d: "M0 0V6", class: name });
  return svg(
    "svg",
    { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" },
    svg(
      "defs",
      {},
      pattern("kz-old", 6, 45, line("kz-old-line")),
      pattern("kz-old-deep", 6, 45, line("kz-old-deep-line")),
      pattern(
        "kz-crosses",
        9,
        0,
        blank(9),
        svg("path", { d: "M3 3 6 6M6 3 3 6", class: "kz-cross" }),
      ),
      pattern("kz-dots", 8, 30, blank(8), svg("circle", { cx: 4, cy: 4, r: 1.1, class: "kz-dot" })),
    ),
  );
}
