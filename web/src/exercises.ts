// Exercises: one filter for the map and the table, the card of one exercise beside them. A click
// selects; only the filters take anything away.
import { choices } from "./choices.ts";
import type { Exercise, ExerciseSite, ExercisesData } from "./contract.ts";
import { address, each, el, type KzMap, parts, svg } from "./core.ts";
import type { Box } from "./labels.ts";
import type { Label } from "./page.ts";
import { spread } from "./spread.ts";
import { visits } from "./visits.ts";
import { parseRange, type Range, writeRange, years } from "./years.ts";

/** Pixels between the middles of two signs: what a finger or a shaking hand needs. */
const APART = 24;
/** Pixels from the middle of a sign to its edge. */
const EDGE = 8;
const EN = (value: number) => value.toLocaleString("en");

/** A site, and what the map has of it unless it was taken out. */
interface Site extends ExerciseSite {
  at: L.LatLng;
  ring?: L.Circle;
  marker?: L.Marker;
  label?: Label;
  /** What the marker holds: its symbol, its name, the line to its place. */
  holder?: HTMLElement;
  layers: [L.Layer, L.LayerGroup][];
}

export const exercises = (
  map: KzMap,
  { shapes, exercises, sites: places, countries }: ExercisesData,
  layers: Record<string, L.Layer | null>,
) => {
  const page = map.getContainer().parentNode as HTMLElement;
  const byId = new Map(exercises.map((e) => [e.id, e]));
  const seriesNames = Object.keys(shapes);
  const seriesOf = (e: Exercise) =>
    e.series in shapes ? e.series : seriesNames[seriesNames.length - 1];
  const show = visits(map);

  const shape = (series: string, both: boolean) =>
    svg(
      "svg",
      {
        viewBox: "0 0 14 14",
        class: `kz-shape${both ? " kz-shape-both" : ""}`,
        "aria-hidden": "true",
      },
      svg("path", { d: shapes[series] }),
    );
  map.getContainer().append(hatching());

  // ---- the sites: their circles and signs, by number ----
  const sites: Site[] = places.map((s) => ({ ...s, at: L.latLng(s.lat, s.lon), layers: [] }));
  each(layers.sites, (layer, { key }, group) => {
    const site = sites[Number(key)];
    if (layer instanceof L.Circle) site.ring = layer;
    else if (layer instanceof L.Marker) {
      site.marker = layer;
      site.label = layer.label;
      site.holder = (layer.options.icon!.options as L.DivIconOptions).html as HTMLElement;
    }
    site.layers.push([layer, group]);
    layer.bindPopup(() => popup(site), { maxHeight: 280 });
  });
  function popup(site: Site) {
    const km = EN(site.radius / 1000);
    return el(
      "div",
      { class: "kz-card" },
      el("h2", {}, site.name),
      el(
        "p",
        {},
        site.area ? `Only a region is known, ${km} km around.` : `The site is within ${km} km.`,
      ),
      el(
        "ul",
        { class: "kz-card-notes" },
        heldAt(site).map((e) =>
          el(
            "li",
            {},
            el("a", { href: `#${e.anchor}` }, e.name),
            `, ${e.years[0]}${e.troops ? `: ${e.troops} troops` : ""}`,
          ),
        ),
      ),
    );
  }

  // ---- filters ----
  const ends: [number, number] = [
    Math.min(...exercises.map((e) => e.years[0])),
    Math.max(...exercises.map((e) => e.years[1])),
  ];
  const range = years(ends, update);
  const who = choices("Took part, all of", countries, update);
  const series = choices(
    "Series, any of",
    seriesNames.map((name) => [name, shape(name, false), name]),
    update,
  );
  const both = choices("Kazakhstan and China", [["both", "Both took part"]], update);
  const view = choices("Table", [["view", "List only what the map shows"]], update);
  const clear = el("button", { type: "button", class: "kz-clear" }, "All exercises again");
  clear.addEventListener("click", () => {
    for (const one of [who, series, both, view]) one.set([]);
    range.set({ from: ends[0], to: ends[1] });
  });
  const key = (mark: SVGElement, words: string) => el("p", { class: "kz-key" }, mark, words);
  const form = el(
    "form",
    { class: "kz-filters" },
    range.node,
    series.node,
    both.node,
    who.node,
    view.node,
    clear,
    key(shape("bilateral", true), "Filled: Kazakhstan and China both took part"),
    key(
      svg(
        "svg",
        { viewBox: "0 0 14 14", class: "kz-shape-hatched", "aria-hidden": "true" },
        svg("circle", { cx: 7, cy: 7, r: 6.4 }),
      ),
      "Hatched: only a region is known",
    ),
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  const chosen = el("div", { class: "kz-chosen", "aria-live": "polite" });
  const live = el("p", { class: "kz-sr", "aria-live": "polite" });
  page.querySelector(".kz-reading")!.append(chosen, el("h2", {}, "Choose"), form, live);

  /** What must hold; each filter can be left out, to count what it would leave. */
  const within = (e: Exercise, { from, to }: Range) => e.years[0] <= to && e.years[1] >= from;
  const tests: Record<"years" | "series" | "who" | "both", (e: Exercise) => boolean> = {
    years: (e) => within(e, range.range),
    series: (e) => !series.chosen.size || series.chosen.has(seriesOf(e)),
    who: (e) => [...who.chosen].every((code) => e.codes.includes(code)),
    both: (e) => !both.chosen.size || e.both,
  };
  const matches = (e: Exercise, but = "") =>
    Object.entries(tests).every(([name, holds]) => name === but || holds(e));
  const heldAt = (site: Site) =>
    site.exercises.map((id) => byId.get(id)!).filter((e) => matches(e));
  const many = (but: string, more: (e: Exercise) => boolean) =>
    exercises.filter((e) => matches(e, but) && more(e)).length;
  function count() {
    range.bars(
      Array.from({ length: ends[1] - ends[0] + 1 }, (_, i) =>
        many("years", (e) => within(e, { from: ends[0] + i, to: ends[0] + i })),
      ),
    );
    series.count((name) => many("series", (e) => seriesOf(e) === name));
    who.count((code) => many("", (e) => e.codes.includes(code)));
    both.count(() => many("both", (e) => e.both));
  }

  function update() {
    count();
    for (const site of sites) {
      const now = heldAt(site);
      if (site.label && site.holder && site.marker) sign(site, now);
      for (const [layer, group] of site.layers)
        now.length ? group.addLayer(layer) : group.removeLayer(layer);
    }
    apart();
    list();
    mark();
    if (!range.playing()) address.changed();
  }
  function sign(site: Site, now: Exercise[]) {
    const label = site.label!;
    const kinds = new Set(now.map(seriesOf));
    label.mark =
      site.area || !now.length
        ? null
        : shape(
            kinds.size === 1 ? [...kinds][0] : "bilateral",
            now.some((e) => e.both),
          );
    label.title = `${label.name.textContent}: ${now.map((e) => e.name).join("; ")}`;
    const number =
      now.length > 1 && !site.area ? el("span", { class: "kz-count", "data-n": now.length }) : null;
    site.holder!.replaceChildren(
      ...[label.mark, number, label.name].filter((node) => node !== null),
    );
    site.marker!.getElement()?.setAttribute("aria-label", label.title);
  }

  // ---- signs at one place move apart; names of regions keep off them ----
  const placeOf = (site: Site) => map.latLngToLayerPoint(site.at);
  function apart() {
    const there = sites.filter((s) => s.marker && s.label && map.hasLayer(s.marker));
    const signs = there.filter((s) => !s.area);
    const areas = there.filter((s) => s.area);
    const moved = spread(signs.map(placeOf), APART);
    const taken = signs.map((s, i) => ({
      ...placeOf(s).add([moved[i].x, moved[i].y]),
      fixed: true,
    }));
    const further = spread([...taken, ...areas.map(placeOf)], APART).slice(signs.length);
    signs.forEach((site, i) => {
      move(site, moved[i].x, moved[i].y);
    });
    areas.forEach((site, i) => {
      move(site, further[i].x, further[i].y);
    });
    map.kz.arrange();
  }
  /** Put a sign so many pixels right of and below its place, with a line back to that. */
  function move(site: Site, right: number, down: number) {
    const { label, marker, holder } = site;
    const icon = marker!.options.icon!.options as L.DivIconOptions;
    label!.shift = [right, down];
    icon.popupAnchor = [right, down - 8];
    const element = marker!.getElement()!;
    element.style.marginLeft = `${right - 12}px`;
    element.style.marginTop = `${down - 12}px`;
    holder!.querySelector(".kz-lead")?.remove();
    const far = Math.hypot(right, down);
    if (site.area || far < 2 + EDGE) return; // the place lies under the sign
    holder!.prepend(
      svg(
        "svg",
        { class: "kz-lead", "aria-hidden": "true" },
        svg("path", { d: `M${(-right * EDGE) / far} ${(-down * EDGE) / far}L${-right} ${-down}` }),
        svg("circle", { cx: -right, cy: -down, r: 2 }),
      ),
    );
  }
  map.on("zoomend resize", apart);
  // names keep off the signs of all sites
  map.kz.blocks = (): Box[] =>
    sites
      .filter((s) => !s.area && s.marker && map.hasLayer(s.marker))
      .map((s) => {
        const { x, y } = placeOf(s).add(s.label!.shift);
        return [x - 5.5, y - 5.5, x + 5.5, y + 5.5];
      });

  // ---- the table follows the filters and, if that is wanted, the view ----
  const table = document.getElementById("kz-table")!;
  const rows = [...table.querySelectorAll<HTMLTableRowElement>("tbody tr")];
  const none = el("p", { class: "kz-empty", hidden: "" }, "No exercise matches.");
  table.append(none);
  let seen = map.getBounds();
  function list() {
    if (!show.moving()) seen = map.getBounds();
    let listed = 0;
    for (const row of rows) {
      const e = byId.get(row.dataset.exercise!)!;
      const mine = sites.filter((s) => s.exercises.includes(e.id));
      const far = view.chosen.size && mine.length && !mine.some((s) => seen.contains(s.at));
      row.hidden = !matches(e) || (Boolean(far) && e.anchor !== address.selected());
      if (!row.hidden) listed += 1;
    }
    none.hidden = listed > 0;
    clear.hidden = listed === exercises.length;
    const line = `${listed} of ${exercises.length} exercises`;
    table.querySelector("caption")!.textContent = line;
    if (live.textContent !== line && !range.playing()) live.textContent = line;
  }
  map.on("moveend", list);

  // ---- one exercise: its card beside the map, its sites on it ----
  const current = () => exercises.find((e) => e.anchor === address.selected());
  function mark() {
    const e = current();
    for (const row of rows) {
      e && row.dataset.exercise === e.id
        ? row.setAttribute("aria-current", "true")
        : row.removeAttribute("aria-current");
    }
    for (const site of sites) {
      const lit = Boolean(e && site.exercises.includes(e.id));
      site.ring?.getElement()?.classList.toggle("kz-site-lit", lit);
    }
  }
  function card() {
    const e = current();
    chosen.replaceChildren();
    if (!e) return null;
    const copy = document.getElementById(e.anchor)!.cloneNode(true) as HTMLElement;
    copy.removeAttribute("id");
    const close = el("button", { type: "button", class: "kz-close", "aria-label": "Close" }, "×");
    close.addEventListener("click", () => {
      address.chosen("");
      follow(false);
    });
    chosen.append(close, copy);
    return copy;
  }
  address.onSelect((_, byLink) => follow(byLink));
  function follow(byLink: boolean) {
    const e = current();
    const copy = card();
    map.closePopup();
    list();
    mark();
    if (!e) return show.back();
    const mine = sites.filter((s) => s.exercises.includes(e.id));
    if (mine.length) {
      const bounds = L.latLngBounds(mine.map((s) => s.at));
      for (const s of mine) bounds.extend(s.at.toBounds(s.radius * 2));
      show.go(bounds.pad(0.5), { maxZoom: 6 });
    }
    if (!byLink) return;
    copy!.focus({ preventScroll: true });
    copy!.scrollIntoView({ block: "nearest" });
  }
  address.links(page, "exercise-");

  const kept = (name: string, group: typeof who) =>
    address.keep(name, {
      read: () => [...group.chosen].sort().join(),
      apply: (text) => {
        group.set(text ? text.split(",") : []);
        update();
      },
    });
  address.keep("years", {
    read: () => writeRange(range.range, ends),
    apply: (text) => range.set(parseRange(text, ends) ?? { from: ends[0], to: ends[1] }),
  });
  kept("series", series);
  kept("who", who);
  kept("both", both);
  kept("list", view);
  card(); // before anything is painted, so that nothing jumps
  update();
};
parts.exercises = exercises;

/** The pattern of what is not known, for the whole page. */
function hatching() {
  const pattern = svg(
    "pattern",
    {
      id: "kz-hatch",
      width: 7,
      height: 7,
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    },
    svg("path", { d: "M0 0V7", class: "kz-hatch-line" }),
  );
  const hidden = { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" };
  return svg("svg", hidden, svg("defs", {}, pattern));
}
