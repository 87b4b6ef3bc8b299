// Numbers by segment: the line coloured by a statistic of the layer segments, with its legend, the
// numbers of one segment, and all of it as a table.
import type { Cell, ChooserData, Segment, Statistic } from "./contract.ts";
import { address, type Child, el, number, slot, table } from "./core.ts";
import { type BorderMap, holding } from "./line.ts";

const CLASSES = 5;

/**
 * Classes of about equal counts, 1 to 5 from low to high; 0 has no figure. Equal values stay
 * together, and fewer classes spread over the whole ramp.
 */
export function classes(values: (number | null)[]): number[] {
  const known = values.filter((v) => v !== null).sort((a, b) => a - b);
  const distinct = [...new Set(known)];
  const quantile = (i: number) => known[Math.floor((i * known.length) / CLASSES)];
  const limits =
    distinct.length <= CLASSES
      ? distinct.slice(1)
      : [...new Set([1, 2, 3, 4].map(quantile))].filter((v) => v > known[0]);
  const spread = (k: number) =>
    limits.length ? 1 + Math.round((k * (CLASSES - 1)) / limits.length) : 3;
  return values.map((v) => (v === null ? 0 : spread(limits.filter((limit) => v >= limit).length)));
}

const value = (cell: Cell) => (Array.isArray(cell) ? cell[0] : cell);

/** A figure in words. */
export function shown(cell: Cell, { unit, digits }: Pick<Statistic, "unit" | "digits">): string {
  const figure = value(cell);
  return figure === null ? "no figure" : `${number(figure, digits)}${unit ? ` ${unit}` : ""}`;
}

export const chooser = (map: BorderMap, { partitions, statistics }: ChooserData) => {
  const option = ({ id, name }: { id: string; name: string }) => el("option", { value: id }, name);
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
  let chosen: Segment | null = null;
  let outline: L.Polyline | null = null;
  let painted = false;
  const partition = () => partitions.find((p) => p.id === by.value)!;
  const statistic = () => statistics.findIndex((s) => s.id === what.value);

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
      for (const [i, { from, to }] of rows.entries()) {
        map.kz.stretch(from, to, `kz-segment kz-step-${steps[i]}`, "sectors").addTo(lines);
      }
      map.kz.profile.bands(
        rows.map((row, i) => ({ from: row.from, to: row.to, look: `kz-step-${steps[i]}` })),
      );
      for (const step of [...new Set(steps)].sort()) {
        const inside = values.filter((v, i) => steps[i] === step && v !== null) as number[];
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
    const columns: [string, boolean?][] = [
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
            map.kz.go(map.kz.line.along((row.from + row.to) / 2), "settled");
            map.fitBounds(
              L.latLngBounds(map.kz.line.cut(row.from, row.to).map(({ lat, lng }) => [lat, lng])),
              {
                padding: [40, 40],
                animate: false,
              },
            );
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

  function choose(km: number) {
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
    const { values } = chosen;
    const rows = statistics.map((s, k): (Child | Child[])[] => {
      const cell = values[k];
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
  let closed: HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll<HTMLDetailsElement>(".kz-notes details:not([open])")];
    for (const node of closed) node.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const node of closed) node.open = false;
  });
  const choice: [string, HTMLSelectElement][] = [
    ["by", by],
    ["colour", what],
  ];
  for (const [name, node] of choice) {
    node.addEventListener("change", () => {
      paint();
      address.changed();
    });
    const start = node.value;
    address.keep(name, {
      read: () => (node.value === start ? "" : node.value),
      apply: (wanted) => {
        const known = [...node.options].some(({ value: id }) => id === wanted);
        node.value = known ? wanted : start;
        paint();
      },
    });
  }
  map.kz.followers.push((place, by_) => {
    if (by_ === "click" || by_ === "settled") choose(place.km);
  });
  paint();
};
