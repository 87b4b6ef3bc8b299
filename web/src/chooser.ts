// Numbers by segment: the line coloured by a statistic of the layer segments, with its legend, the
// numbers of one segment, and all of it as a table.
// partitions: [{ id, name, rows: [{ id, name, from, to, values }] }]; statistics: [{ id, name, unit,
// digits, about }], values in their order, each a number, null, or [number, text]
// @ts-nocheck
import { el, number, slot, table } from "./core.ts";
import { holding } from "./line.ts";

export const chooser = (map, { partitions, statistics }) => {
  const CLASSES = 5;
  const option = ({ id, name }) => el("option", { value: id }, name);
  const by = el("select", { id: "kz-by" }, partitions.map(option));
  const what = el(
    "select",
    { id: "kz-what" },
    el("option", { value: "" }, "Kind of ground"),
    statistics.map(option),
  );
  const about = el("p", { class: "kz-about" });
  const legend = el("ul", { class: "kz-steps", "aria-label": "Legend of the line" });
  const numbers = el("div", { class: "kz-numbers", "aria-live": "polite" });
  const all = el("div", {
    class: "kz-scroll",
    tabindex: "0",
    role: "region",
    "aria-label": "All segments",
  });
  const summary = el("summary");
  slot(map, "chooser").append(
    el(
      "div",
      { class: "kz-fields" },
      el("label", { for: "kz-what" }, "Colour the line by"),
      what,
      el("label", { for: "kz-by" }, "Divide it by"),
      by,
    ),
    about,
    legend,
    numbers,
    el("details", {}, summary, all),
  );

  const lines = L.layerGroup().addTo(map);
  let chosen = null,
    outline = null,
    painted = false;
  const partition = () => partitions.find((p) => p.id === by.value);
  const statistic = () => statistics.findIndex((s) => s.id === what.value);
  const value = (cell) => (Array.isArray(cell) ? cell[0] : cell);
  const shown = (cell, { unit, digits }) =>
    value(cell) === null ? "no figure" : `${number(value(cell), digits)}${unit ? ` ${unit}` : ""}`;

  // Classes of about equal counts; equal values stay together. Returns the class of each value.
  function classes(values) {
    const known = values.filter((v) => v !== null).sort((a, b) => a - b);
    const distinct = [...new Set(known)];
    const many = Math.min(CLASSES, distinct.length);
    const limits =
      distinct.length <= CLASSES
        ? distinct.slice(1)
        : [
            ...new Set(
              Array.from(
                { length: many - 1 },
                (_, i) => known[Math.floor(((i + 1) * known.length) / many)],
              ),
            ),
          ].filter((v) => v > known[0]);
    // fewer classes spread over the whole ramp
    const spread = (k) => (limits.length ? 1 + Math.round((k * (CLASSES - 1)) / limits.length) : 3);
    return values.map((v) =>
      v === null ? 0 : spread(limits.filter((limit) => v >= limit).length),
    );
  }

  function paint() {
    const { rows } = partition();
    const k = statistic();
    lines.clearLayers();
    if (map.kz.ground && k >= 0) map.kz.ground.remove();
    legend.replaceChildren();
    about.textContent = k < 0 ? "" : statistics[k].about;
    if (k < 0) {
      if (map.kz.ground && painted) map.kz.ground.addTo(map);
      map.kz.profile.bands(null);
    } else {
      const values = rows.map((row) => value(row.values[k]));
      const steps = classes(values);
      rows.forEach((row, i) =>
        map.kz.stretch(row.from, row.to, `kz-segment kz-step-${steps[i]}`, "sectors").addTo(lines),
      );
      map.kz.profile.bands(
        rows.map((row, i) => ({ from: row.from, to: row.to, look: `kz-step-${steps[i]}` })),
      );
      for (const step of [...new Set(steps)].sort()) {
        const inside = values.filter((_, i) => steps[i] === step);
        const [low, high] = [Math.min(...inside), Math.max(...inside)];
        const range =
          step === 0
            ? "no figure"
            : low === high
              ? shown(low, statistics[k])
              : `${number(low, statistics[k].digits)} to ${shown(high, statistics[k])}`;
        legend.append(el("li", {}, el("span", { class: `kz-swatch kz-step-${step}` }), range));
      }
    }
    painted = k >= 0;
    list();
    if (chosen && !rows.includes(chosen)) choose(map.kz.place.km);
    else mark();
  }

  // All segments as a table
  function list() {
    const { name, rows } = partition();
    const k = statistic();
    summary.textContent = `All ${rows.length} segments as a table`;
    const columns = [
      [name],
      ["from km", true],
      ["to km", true],
      [k < 0 ? "km" : statistics[k].name, true],
    ];
    all.replaceChildren(
      table(
        `${name}: ${k < 0 ? "length" : statistics[k].name}`,
        columns,
        rows.map((row) => {
          const button = el("button", { type: "button", class: "kz-link" }, row.name);
          button.addEventListener("click", () => {
            choose((row.from + row.to) / 2);
            map.fitBounds(L.latLngBounds(map.kz.line.cut(row.from, row.to)), {
              padding: [40, 40],
              animate: false,
            });
          });
          return [
            button,
            number(row.from, 1),
            number(row.to, 1),
            k < 0 ? number(row.to - row.from, 1) : shown(row.values[k], statistics[k]),
          ];
        }),
        { class: "kz-table" },
      ),
    );
  }

  function choose(km) {
    chosen = holding(partition().rows, km);
    mark();
  }

  // The chosen segment on map and profile, and its numbers
  function mark() {
    if (outline) outline.remove();
    if (!chosen) {
      numbers.replaceChildren(
        el(
          "p",
          {},
          "Click the line, the profile or a row of the table for the numbers of one segment.",
        ),
      );
      return;
    }
    outline = map.kz.stretch(chosen.from, chosen.to, "kz-chosen", "under").addTo(map).bringToBack();
    map.kz.profile.choose([chosen.from, chosen.to]);
    const rows = statistics.map((s, k) => {
      const cell = chosen.values[k];
      return [
        s.name,
        Array.isArray(cell) ? [shown(cell, s), el("small", {}, cell[1])] : shown(cell, s),
      ];
    });
    numbers.replaceChildren(
      table(
        `${chosen.name}, km ${number(chosen.from, 1)} to ${number(chosen.to, 1)}`,
        [["Statistic"], ["Value", true]],
        rows,
        { class: "kz-table" },
      ),
    );
  }

  // on paper everything is open
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll(".kz-notes details:not([open])")];
    for (const node of closed) node.open = true;
  });
  window.addEventListener("afterprint", () => closed.forEach((node) => (node.open = false)));
  by.addEventListener("change", paint);
  what.addEventListener("change", paint);
  map.kz.followers.push((place, by_) => {
    if (by_ === "click" || by_ === "settled") choose(place.km);
  });
  paint();
};
