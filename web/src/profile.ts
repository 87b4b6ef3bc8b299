// The elevation profile under the map: a slider along the border, whose pointer is the map's.
// Heights and sectors are those of the map.
import type { ProfileData } from "./contract.ts";
import { el, number, svg, symbol } from "./core.ts";
import { type Band, type BorderMap, holding, type Place } from "./line.ts";

interface Word {
  at: number;
  label: string;
  rank?: number;
  /** Pixels that it may take. */
  room?: number;
}
type Attributes = Record<string, string | number>;

/** Words at places of one row, as many as fit between 0 and `end`, the more important first. */
export function fitting(items: Word[], size: number, end: number): Word[] {
  const taken: [number, number][] = [];
  return [...items]
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .filter(({ at, label, room = Infinity }) => {
      const half = (label.length * size) / 2 + 3;
      if (2 * half > room || at - half < 0 || at + half > end) return false;
      if (taken.some(([a, b]) => at - half < b && a < at + half)) return false;
      taken.push([at - half, at + half]);
      return true;
    });
}

export const profile = (map: BorderMap, { crossings, places, doubt, note }: ProfileData) => {
  const { line, heights, sectors } = map.kz;
  const { total } = line;
  const drawing = svg("svg", { class: "kz-profile-drawing", "aria-hidden": "true" });
  const slider = el("input", {
    type: "range",
    min: "0",
    max: String(total),
    step: "any",
    "aria-label": "Kilometre along the border; arrow keys move the pointer",
  });
  const now = el("p", { class: "kz-profile-now", "aria-hidden": "true" });
  const stage = el("div", { class: "kz-profile-stage" }, drawing, slider);
  const box = map.getContainer().parentNode!.querySelector(".kz-profile")!;
  box.setAttribute("aria-label", "Elevation profile of the border");
  box.append(
    el("div", { class: "kz-profile-head" }, el("h2", {}, "Elevation along the border"), now),
    stage,
    el("p", { class: "kz-profile-note" }, note),
  );

  const TOP = 16,
    LEFT = 52,
    RIGHT = 10,
    BAND = 7,
    FOOT = 36; // pixels around the plot
  const HIGHEST = 1000 * Math.ceil(Math.max(...heights) / 1000);
  const kms = heights.map((_, i) => Math.min(i, total));
  let x: (km: number) => number;
  let y: (metres: number) => number;
  let floor: number;
  let pointer: SVGLineElement | undefined;
  let dot: SVGCircleElement;
  let bands: Band[] | null = null;
  let chosen: [from: number, to: number] | null = null;

  const text = (at: number, down: number, words: string, attributes: Attributes = {}) =>
    svg("text", { x: at.toFixed(1), y: down.toFixed(1), ...attributes }, words);
  const rect = (from: number, to: number, top: number, height: number, attributes: Attributes) =>
    svg("rect", {
      x: x(from).toFixed(1),
      y: top,
      width: Math.max(0.5, x(to) - x(from)).toFixed(1),
      height,
      ...attributes,
    });

  const row = (items: Word[], down: number, size: number, attributes: Attributes) =>
    fitting(items, size, x(total) + RIGHT).map(({ at, label }) =>
      text(at, down, label, { "text-anchor": "middle", ...attributes }),
    );

  function draw() {
    const width = stage.clientWidth,
      height = stage.clientHeight;
    if (!width || !height) return;
    floor = height - FOOT;
    x = (km) => LEFT + (km / total) * (width - LEFT - RIGHT);
    y = (metres) => floor - (metres / HIGHEST) * (floor - TOP);
    slider.style.left = `${LEFT}px`;
    slider.style.width = `${width - LEFT - RIGHT}px`;
    const edge = heights.map((h, i) => `${x(kms[i]).toFixed(1)} ${y(h).toFixed(1)}`);
    const ground = (from: number, to: number) => {
      const inside = edge.filter((_, i) => kms[i] > from && kms[i] < to);
      const corner = (km: number) => `${x(km).toFixed(1)} ${y(map.kz.height(km)).toFixed(1)}`;
      return `M${x(from).toFixed(1)} ${floor}L${corner(from)}L${inside.join("L")}L${corner(to)}L${x(to).toFixed(1)} ${floor}Z`;
    };
    const levels = [0, 1, 2, 3, 4, 5]
      .map((k) => 1000 * k)
      .filter((m) => m <= HIGHEST && (m % 2000 === 0 || floor > 150));
    const every = width > 620 ? 100 : width > 460 ? 200 : 400;
    const posts = Array.from({ length: Math.floor(total / every) + 1 }, (_, i) => i * every);
    pointer = svg("line", { class: "kz-profile-pointer", y1: TOP, y2: floor + BAND });
    dot = svg("circle", { class: "kz-profile-dot", r: 4 });
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    drawing.replaceChildren(
      patterns(),
      svg(
        "g",
        { class: "kz-profile-grid" },
        levels.flatMap((m) => [
          svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(m), y2: y(m) }),
          text(
            LEFT - 5,
            y(m) + 3.5,
            m === levels[levels.length - 1] ? `${number(m)} m` : number(m),
            { "text-anchor": "end" },
          ),
        ]),
      ),
      ...doubt.map(({ from, to }) =>
        rect(from, to, TOP, floor - TOP, { class: "kz-profile-doubt" }),
      ),
      svg(
        "g",
        {},
        sectors.map(({ from, to, kind }) =>
          svg("path", { d: ground(from, to), class: `kz-ground kz-ground-${kind}` }),
        ),
      ),
      svg(
        "g",
        {},
        sectors.map(({ from, to, kind }) =>
          svg("path", { d: ground(from, to), fill: `url(#kz-fill-${kind})` }),
        ),
      ),
      svg("path", { class: "kz-profile-line", d: `M${edge.join("L")}` }),
      svg(
        "g",
        { class: "kz-profile-bands" },
        (bands || sectors.map((s) => ({ ...s, look: `kz-band-${s.kind}` }))).map(
          ({ from, to, look }) => rect(from, to, floor, BAND, { class: `kz-profile-band ${look}` }),
        ),
      ),
      svg(
        "g",
        { class: "kz-profile-crossings" },
        crossings.map(({ km }) =>
          svg("line", {
            class: "kz-profile-crossing",
            x1: x(km),
            x2: x(km),
            y1: TOP - 3,
            y2: y(map.kz.height(km)),
          }),
        ),
      ),
      ...places.map(({ km, kind }) =>
        svg(
          "g",
          {
            class: "kz-profile-place",
            transform: `translate(${(x(km) - 5).toFixed(1)} ${TOP - 13}) scale(0.72)`,
          },
          [...symbol(kind).children],
        ),
      ),
      svg(
        "g",
        { class: "kz-profile-names" },
        row([...places.map(({ km, label, rank }) => ({ at: x(km), label, rank }))], TOP + 9, 5.7, {
          class: "kz-profile-name",
        }),
      ),
      svg(
        "g",
        {},
        row(
          doubt.map(({ from, to, label }) => ({ at: x((from + to) / 2), label })),
          TOP + 22,
          6,
          { class: "kz-profile-name kz-profile-doubt-name" },
        ),
      ),
      svg(
        "g",
        {},
        row(
          sectors.map(({ from, to, name }) => ({
            at: (x(from) + x(to)) / 2,
            label: name,
            room: x(to) - x(from),
            rank: from - to,
          })),
          floor + BAND + 10,
          4.9,
          { class: "kz-profile-sector" },
        ),
      ),
      svg(
        "g",
        { class: "kz-profile-grid" },
        posts.map((km) => svg("line", { x1: x(km), x2: x(km), y1: floor, y2: floor + BAND })),
        row(
          posts.map((km) => ({ at: x(km), label: km ? number(km) : "km 0" })),
          height - 4,
          5.8,
          {},
        ),
      ),
      chosen
        ? rect(chosen[0], chosen[1], TOP, floor - TOP + BAND, { class: "kz-profile-chosen" })
        : "",
      pointer,
      dot,
    );
    point(map.kz.place);
  }

  // Grounds that differ without colour: hachures, waves, dots, nothing
  function patterns() {
    const pattern = (kind: string, width: number, height: number, d: string) =>
      svg(
        "pattern",
        { id: `kz-fill-${kind}`, width, height, patternUnits: "userSpaceOnUse" },
        d ? svg("path", { d, class: `kz-fill-${kind}` }) : "",
      );
    return svg(
      "defs",
      {},
      pattern("crest", 6, 6, "M-1 7 7 -1M-4 4 4 -4M2 10 10 2"),
      pattern("river", 10, 7, "M0 3.5C2.5 1 2.5 1 5 3.5S7.5 6 10 3.5"),
      pattern("foothills", 6, 6, "M2 3h1.6"),
      pattern("plain", 6, 6, ""),
    );
  }

  function point(place: Place) {
    if (!pointer || !place) return;
    const metres = map.kz.height(place.km);
    for (const end of ["x1", "x2"]) pointer.setAttribute(end, String(x(place.km)));
    dot.setAttribute("cx", String(x(place.km)));
    dot.setAttribute("cy", String(y(metres)));
    now.textContent = `km ${number(place.km)} · about ${number(metres)} m · ${holding(sectors, place.km).name}`;
    slider.setAttribute(
      "aria-valuetext",
      `kilometre ${number(place.km)}, about ${number(metres)} metres, ${holding(sectors, place.km).name}`,
    );
  }

  map.kz.followers.push((place, by) => {
    if (by !== "profile") slider.value = String(place.km);
    point(place);
  });
  map.kz.profile = {
    bands: (wanted) => {
      bands = wanted;
      if (pointer) draw();
    },
    choose: (stretch) => {
      chosen = stretch;
      if (pointer) draw();
    },
  };

  const under = (event: PointerEvent) => {
    const { left, width } = slider.getBoundingClientRect();
    return total * Math.max(0, Math.min(1, (event.clientX - left) / width));
  };
  // a mouse shows what is under it; pressing, touching and keys go there
  slider.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && !event.buttons && !map.kz.pinned())
      map.kz.go(line.along(under(event)), "hover");
  });
  slider.addEventListener("input", () => map.kz.go(line.along(Number(slider.value)), "profile"));
  const STEPS: Record<string, number> = {
    ArrowRight: 1,
    ArrowUp: 1,
    ArrowLeft: -1,
    ArrowDown: -1,
    PageUp: 50,
    PageDown: -50,
  };
  slider.addEventListener("keydown", (event) => {
    const ends: Record<string, number> = { Home: 0, End: total };
    if (!(event.key in STEPS) && !(event.key in ends)) return;
    event.preventDefault();
    const here = Math.round(Number(slider.value));
    const step = STEPS[event.key] * (event.shiftKey ? 10 : 1);
    const km = event.key in ends ? ends[event.key] : Math.max(0, Math.min(total, here + step));
    slider.value = String(km);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    slider.dispatchEvent(new Event("change", { bubbles: true }));
  });
  slider.addEventListener("change", () => map.kz.go(line.along(Number(slider.value)), "settled"));

  new ResizeObserver(draw).observe(stage); // calls once before the first picture, too
  window.addEventListener("beforeprint", draw);
  window.addEventListener("afterprint", draw);
};
