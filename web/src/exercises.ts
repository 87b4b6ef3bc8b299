// Exercises: one filter for the map and the table, the card of one exercise beside them.
// @ts-nocheck
import { each, el, parts, svg } from "./core.ts";

export const exercises = (map, { shapes, exercises, sites, countries }, layers) => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const page = map.getContainer().parentNode;
  const byId = new Map(exercises.map((e) => [e.id, e]));
  const seriesNames = Object.keys(shapes);
  const seriesOf = (e) => (e.series in shapes ? e.series : seriesNames[seriesNames.length - 1]);

  const shape = (series, both) =>
    svg(
      "svg",
      {
        viewBox: "0 0 14 14",
        class: `kz-shape${both ? " kz-shape-both" : ""}`,
        "aria-hidden": "true",
      },
      svg("path", { d: shapes[series] }),
    );
  page.append(
    svg(
      "svg",
      { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" },
      svg(
        "defs",
        {},
        svg(
          "pattern",
          {
            id: "kz-hatch",
            width: 7,
            height: 7,
            patternUnits: "userSpaceOnUse",
            patternTransform: "rotate(45)",
          },
          svg("path", { d: "M0 0V7", class: "kz-hatch-line" }),
        ),
      ),
    ),
  );

  // ---- the sites: their circles and signs, by number ----
  for (const site of sites) Object.assign(site, { at: L.latLng(site.lat, site.lon), on: [] });
  each(layers.sites, (layer, { key }, group) => {
    const site = sites[key];
    if (layer instanceof L.Circle) site.ring = layer;
    else Object.assign(site, { marker: layer, holder: layer.options.icon.options.html });
    site.on.push((on) => (on ? group.addLayer(layer) : group.removeLayer(layer)));
    layer.bindPopup(() => popup(site), { maxHeight: 280 });
  });
  const popup = (site) => {
    const now = site.exercises.map((id) => byId.get(id)).filter(matches);
    const rows = [
      ["Known as", site.area ? "a region only" : "a place"],
      ["Within", `${(site.radius / 1000).toLocaleString("en")} km`],
    ];
    return el(
      "div",
      { class: "kz-card" },
      el("h2", {}, site.name),
      el(
        "dl",
        {},
        rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
      ),
      el(
        "ul",
        { class: "kz-card-notes" },
        now.map((e) =>
          el(
            "li",
            {},
            el("a", { href: `#${e.anchor}` }, e.name),
            e.troops ? `: ${e.troops} troops` : "",
          ),
        ),
      ),
    );
  };

  // ---- filters ----
  const first = Math.min(...exercises.map((e) => e.years[0])),
    last = Math.max(...exercises.map((e) => e.years[1]));
  const want = {
    series: new Set(seriesNames),
    codes: new Set(),
    both: false,
    from: first,
    year: last,
    single: false,
    view: true,
  };
  const tick = (checked, change, ...children) => {
    const box = el("input", checked ? { type: "checkbox", checked: "" } : { type: "checkbox" });
    box.addEventListener("change", () => {
      change(box.checked);
      update();
    });
    return el("label", {}, box, children);
  };
  const put = (set, value) => (on) => (on ? set.add(value) : set.delete(value));
  const years = el("output", { for: "kz-year" });
  const slider = el("input", {
    type: "range",
    id: "kz-year",
    min: String(first),
    max: String(last),
    step: "1",
    value: String(last),
    "aria-label": "Year",
  });
  slider.addEventListener("input", () => {
    want.year = Number(slider.value);
    update();
  });
  const from = el("select", { "aria-label": "From year" });
  for (let y = first; y <= last; y++) from.append(el("option", { value: String(y) }, String(y)));
  from.addEventListener("change", () => {
    want.from = Number(from.value);
    update();
  });
  const chosen = el("div", { class: "kz-chosen", "aria-live": "polite" });
  const live = el("p", { class: "kz-sr", "aria-live": "polite" });
  page.querySelector(".kz-reading").append(
    el("h2", {}, "Choose"),
    el(
      "form",
      { class: "kz-filters" },
      el(
        "fieldset",
        { class: "kz-years" },
        el("legend", { class: "kz-sr" }, "Years"),
        years,
        slider,
        el("label", {}, "Begin with ", from),
        tick(
          false,
          (on) => {
            want.single = on;
            from.disabled = on;
          },
          "Only the year of the slider",
        ),
      ),
      el(
        "fieldset",
        {},
        el("legend", {}, "Who took part"),
        tick(
          false,
          (on) => {
            want.both = on;
          },
          "Kazakhstan and China both",
        ),
        el(
          "div",
          { class: "kz-options" },
          countries.map(([code, name, count]) =>
            tick(false, put(want.codes, code), `${name} ${count}`),
          ),
        ),
      ),
      el(
        "fieldset",
        {},
        el("legend", {}, "Series"),
        el(
          "div",
          { class: "kz-options" },
          seriesNames.map((name) =>
            tick(
              true,
              put(want.series, name),
              shape(name, false),
              `${name} ${exercises.filter((e) => seriesOf(e) === name).length}`,
            ),
          ),
        ),
        el(
          "p",
          { class: "kz-key" },
          shape("bilateral", true),
          "Filled: Kazakhstan and China both took part",
        ),
        el(
          "p",
          { class: "kz-key" },
          svg(
            "svg",
            { viewBox: "0 0 14 14", class: "kz-shape-hatched", "aria-hidden": "true" },
            svg("circle", { cx: 7, cy: 7, r: 6.4 }),
          ),
          "Hatched: only a region is known",
        ),
      ),
      el(
        "fieldset",
        {},
        tick(
          true,
          (on) => {
            want.view = on;
          },
          "List only what the map shows",
        ),
      ),
    ),
    chosen,
    live,
  );
  page
    .querySelector("form.kz-filters")
    .addEventListener("submit", (event) => event.preventDefault());

  const matches = (e) =>
    want.series.has(seriesOf(e)) &&
    (!want.both || e.both) &&
    [...want.codes].every((c) => e.codes.includes(c)) &&
    (want.single
      ? e.years[0] <= want.year && want.year <= e.years[1]
      : e.years[0] <= want.year && e.years[1] >= want.from);

  // labels keep off the symbols of all sites
  map.kz.blocks = () =>
    sites
      .filter((s) => !s.area && s.marker && map.hasLayer(s.marker))
      .map((s) => {
        const { x, y } = map.latLngToLayerPoint(s.at);
        return [x - 5.5, y - 5.5, x + 5.5, y + 5.5];
      });
  function update() {
    if (want.from > want.year && !want.single) {
      want.from = want.year;
      from.value = String(want.year);
    }
    years.textContent =
      want.single || want.from === want.year ? String(want.year) : `${want.from}–${want.year}`;
    slider.setAttribute(
      "aria-valuetext",
      want.single ? `only ${want.year}` : `${want.from} to ${want.year}`,
    );
    for (const site of sites.filter((one) => one.marker)) {
      const now = site.exercises.map((id) => byId.get(id)).filter(matches);
      const kinds = new Set(now.map(seriesOf));
      const { label } = site.marker;
      label.mark =
        site.area || !now.length
          ? null
          : shape(
              kinds.size === 1 ? [...kinds][0] : "bilateral",
              now.some((e) => e.both),
            );
      label.title = `${label.name.textContent}: ${now.map((e) => e.name).join("; ")}`;
      site.holder.replaceChildren(
        ...[
          label.mark,
          now.length > 1 && !site.area
            ? el("span", { class: "kz-count", "data-n": String(now.length) })
            : null,
          label.name,
        ].filter(Boolean),
      );
      for (const put of site.on) put(now.length > 0);
      if (site.marker.getElement())
        site.marker.getElement().setAttribute("aria-label", label.title);
    }
    map.kz.arrange();
    list();
    mark();
  }

  // ---- the table follows filter and view ----
  const table = document.getElementById("kz-table");
  const none = el(
    "p",
    { class: "kz-empty", hidden: "" },
    "No exercise matches: widen the filter or the view.",
  );
  table.append(none);
  function list() {
    const view = map.getBounds();
    let count = 0;
    for (const row of table.querySelectorAll("tbody tr")) {
      const e = byId.get(row.dataset.exercise);
      const mine = sites.filter((s) => s.exercises.includes(e.id));
      row.hidden = !(
        matches(e) &&
        (!want.view || !mine.length || mine.some((s) => view.contains(s.at)))
      );
      if (!row.hidden) count += 1;
    }
    none.hidden = count > 0;
    const line = `${count} of ${exercises.length} exercises`;
    table.querySelector("caption").textContent = line;
    if (live.textContent !== line) live.textContent = line;
  }
  map.on("moveend", list);

  // ---- one exercise: its card beside the map, its sites on it; the address is the state ----
  const current = () => exercises.find((e) => `#${e.anchor}` === decodeURIComponent(location.hash));
  function mark() {
    const e = current();
    for (const row of table.querySelectorAll("tbody tr")) {
      row.dataset.exercise === (e && e.id)
        ? row.setAttribute("aria-current", "true")
        : row.removeAttribute("aria-current");
    }
    for (const site of sites) {
      const path = site.ring && site.ring.getElement();
      if (path) path.classList.toggle("kz-site-lit", Boolean(e && site.exercises.includes(e.id)));
    }
  }
  function choose(focus) {
    const e = current();
    mark();
    chosen.replaceChildren();
    if (!e) return;
    const copy = document.getElementById(e.anchor).cloneNode(true);
    copy.removeAttribute("id");
    chosen.append(copy);
    map.closePopup();
    const mine = sites.filter((s) => s.exercises.includes(e.id));
    if (mine.length) {
      const bounds = L.latLngBounds(mine.map((s) => s.at));
      for (const s of mine) bounds.extend(s.at.toBounds(s.radius * 2));
      map.fitBounds(bounds.pad(0.5), { animate: !calm, maxZoom: 6 });
    }
    if (focus) {
      copy.focus({ preventScroll: true });
      copy.scrollIntoView({ block: "nearest" });
    }
  }
  page.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#exercise-"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    location.hash === link.hash ? choose(true) : (location.hash = link.hash);
  });
  window.addEventListener("hashchange", () => choose(true));
  window.addEventListener("load", () => choose(true));
  update();
};
parts.exercises = exercises;
