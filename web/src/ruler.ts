// "Why 1,520 km?": the length of one line against the ruler that measures it, and what is printed.
import type { RulerData } from "./contract.ts";
import { el, type KzMap, number, slot, svg, table } from "./core.ts";

/**
 * Heights of labels beside their lines, from above: moved apart where they would be nearer than
 * `least`, and up where they would pass `end`.
 */
export function apart(wanted: number[], least: number, end: number): number[] {
  const down = [...wanted];
  for (let i = 1; i < down.length; i++) down[i] = Math.max(down[i], down[i - 1] + least);
  for (let i = down.length - 1, most = end; i >= 0 && down[i] > most; i--) {
    down[i] = most;
    most -= least;
  }
  return down;
}

export const ruler = (map: KzMap, { series, claims, answer, columns, rows }: RulerData) => {
  const W = 340,
    H = 300,
    LEFT = 38,
    RIGHT = 96,
    TOP = 12,
    FOOT = 34;
  const KM: [number, number] = [1370, 1850];
  const METRES: [number, number] = [45, 11000];
  const scale = (v: number, [a, b]: [number, number], from: number, to: number) =>
    from + (Math.log(v / a) / Math.log(b / a)) * (to - from);
  const x = (metres: number) => scale(metres, METRES, LEFT, W - RIGHT);
  const y = (km: number) => scale(km, KM, H - FOOT, TOP);
  const text = (at: number, down: number, words: string, attributes: Record<string, string> = {}) =>
    svg("text", { x: at, y: down, ...attributes }, words);
  const line = (x1: number, y1: number, x2: number, y2: number, name = "") =>
    svg("line", { x1, y1, x2, y2, ...(name ? { class: name } : {}) });
  const marks = {
    circle: "M-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0Z",
    square: "M-3-3H3V3H-3Z",
  };

  const sorted = claims.map((c) => ({ ...c, at: y(c.km) })).sort((a, b) => a.at - b.at);
  const down = apart(
    sorted.map(({ at }) => at),
    11.5,
    H - FOOT,
  );
  const spots = sorted.map((claim, i) => ({ ...claim, down: down[i] }));

  const name = (metres: number) => (metres < 1000 ? `${metres} m` : `${metres / 1000} km`);
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${W} ${H}`, class: "kz-ruler", role: "img", "aria-label": answer.text },
    [50, 100, 200, 500, 1000, 2000, 5000, 10000].flatMap((m) => [
      line(x(m), H - FOOT, x(m), H - FOOT + 4, "kz-axis"),
      [50, 200, 1000, 5000].includes(m)
        ? text(x(m), H - FOOT + 14, name(m), { "text-anchor": "middle" })
        : "",
    ]),
    [1400, 1500, 1600, 1700, 1800].flatMap((km) => [
      line(LEFT - 4, y(km), LEFT, y(km), "kz-axis"),
      text(LEFT - 7, y(km) + 3.5, number(km), { "text-anchor": "end" }),
    ]),
    line(LEFT, TOP, LEFT, H - FOOT, "kz-axis"),
    line(LEFT, H - FOOT, W - RIGHT, H - FOOT, "kz-axis"),
    text((LEFT + W - RIGHT) / 2, H - 6, "opening of the ruler, or tolerance", {
      "text-anchor": "middle",
    }),
    spots.map(({ at, down, label, accent }) =>
      svg(
        "g",
        { class: accent ? "kz-claim kz-claim-accent" : "kz-claim" },
        line(LEFT, at, W - RIGHT, at),
        svg("path", { d: `M${W - RIGHT} ${at}L${W - RIGHT + 8} ${down}` }),
        text(W - RIGHT + 11, down + 3.5, label),
      ),
    ),
    line(x(answer.metres), y(answer.km), x(answer.metres), H - FOOT, "kz-answer"),
    series.map(({ kind, points }) =>
      svg(
        "g",
        { class: `kz-series kz-series-${kind}` },
        svg("path", {
          d: `M${points.map(([m, km]) => `${x(m).toFixed(1)} ${y(km).toFixed(1)}`).join("L")}`,
        }),
        points.map(([m, km]) =>
          svg("path", {
            d: marks[kind],
            transform: `translate(${x(m).toFixed(1)} ${y(km).toFixed(1)})`,
            class: "kz-mark",
          }),
        ),
      ),
    ),
  );

  slot(map, "ruler").append(
    drawing,
    el(
      "ul",
      { class: "kz-ruler-legend" },
      series.map(({ kind, name: words }) =>
        el(
          "li",
          {},
          svg(
            "svg",
            {
              viewBox: "-7 -5 14 10",
              class: `kz-symbol kz-series kz-series-${kind}`,
              "aria-hidden": "true",
            },
            svg("path", { d: "M-7 0H7" }),
            svg("path", { d: marks[kind], class: "kz-mark" }),
          ),
          words,
        ),
      ),
    ),
    el(
      "details",
      {},
      el("summary", {}, "Measured and published lengths as a table"),
      el(
        "div",
        { class: "kz-scroll", tabindex: "0", role: "region", "aria-label": "Lengths" },
        table("Lengths of the border", columns, rows, { class: "kz-table" }),
      ),
    ),
  );
};
