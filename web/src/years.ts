// A range of years: two handles over a strip of bars, one for each year, and a button that plays.
import { calm, el, svg } from "./core.ts";

export interface Range {
  from: number;
  to: number;
}

/** "2010-2014" or "2010"; null unless it is a range within the years that there are. */
export function parseRange(text: string, [first, last]: [number, number]): Range | null {
  const found = /^(\d{4})(?:-(\d{4}))?$/.exec(text);
  if (!found) return null;
  const from = Number(found[1]);
  const to = Number(found[2] ?? found[1]);
  return first <= from && from <= to && to <= last ? { from, to } : null;
}

/** The same as text, "" for all years. */
export function writeRange({ from, to }: Range, [first, last]: [number, number]): string {
  if (from === first && to === last) return "";
  return from === to ? String(from) : `${from}-${to}`;
}

export interface Years {
  node: HTMLElement;
  range: Range;
  playing: () => boolean;
  set: (range: Range) => void;
  /** Bars of as many exercises as there are in each year. */
  bars: (counts: number[]) => void;
}

/** Milliseconds that a year stays while it plays. */
const STAY = 1100;

/** The control; `change` is called after each change. */
export function years(ends: [number, number], change: () => void): Years {
  const [first, last] = ends;
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const range: Range = { from: first, to: last };
  let timer = 0;
  let before: Range | null = null;

  const output = el("output", {}, "");
  const handle = (name: string) =>
    el("input", {
      type: "range",
      min: first,
      max: last,
      step: 1,
      "aria-label": name,
      class: "kz-handle",
    });
  const from = handle("First year");
  const to = handle("Last year");
  // for the pointer only: the handles do the same with the keyboard
  const bars = all.map((year) => {
    const bar = el("span", { "aria-hidden": "true" }, el("span"));
    const alone = () => range.from === year && range.to === year;
    bar.addEventListener("click", () =>
      choose(alone() ? { from: first, to: last } : { from: year, to: year }),
    );
    return bar;
  });
  const icon = svg("path", {});
  const button = el(
    "button",
    { type: "button", class: "kz-play" },
    svg("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, icon),
  );
  const node = el(
    "fieldset",
    { class: "kz-years" },
    el("legend", { class: "kz-sr" }, "Years"),
    output,
    button,
    el("div", { class: "kz-bars" }, bars),
    el("div", { class: "kz-handles" }, from, to),
    el(
      "div",
      { class: "kz-years-ends", "aria-hidden": "true" },
      el("span", {}, String(first)),
      el("span", {}, String(last)),
    ),
  );

  function show() {
    const { from: low, to: high } = range;
    output.textContent = low === high ? String(low) : `${low}–${high}`;
    from.value = String(low);
    to.value = String(high);
    // where both handles lie on each other, that one is on top which can move further
    from.style.zIndex = low - first > last - high ? "2" : "1";
    all.forEach((year, i) => {
      bars[i].classList.toggle("kz-out", year < low || year > high);
    });
    const playing = Boolean(timer);
    icon.setAttribute("d", playing ? "M3 2H5.5V12H3ZM8.5 2H11V12H8.5Z" : "M3 1.5 12 7 3 12.5Z");
    const words = playing ? "Pause" : calm() ? "Next year" : "Play year by year";
    button.setAttribute("aria-label", words);
    button.title = words;
  }
  function set({ from: low, to: high }: Range) {
    Object.assign(range, { from: low, to: high });
    show();
    change();
  }
  /** A range that the reader chooses: what played is over. */
  function choose(wanted: Range) {
    pause();
    before = null;
    set(wanted);
  }
  function pause() {
    clearTimeout(timer);
    timer = 0;
  }
  /** Move on by a year; after the last one, return to what was shown before. */
  function next() {
    const fresh = !before;
    before ??= { ...range };
    const width = range.from === first && range.to === last ? 0 : range.to - range.from;
    if (fresh && range.to === last) set({ from: first, to: first + width });
    else if (range.to < last) set({ from: range.from + 1, to: range.to + 1 });
    else choose(before);
  }
  function play() {
    timer = window.setTimeout(play, STAY);
    next();
  }
  button.addEventListener("click", () => {
    if (calm()) return next();
    if (!timer) return play();
    pause();
    set(range);
  });
  from.addEventListener("input", () =>
    choose({ from: Math.min(Number(from.value), range.to), to: range.to }),
  );
  to.addEventListener("input", () =>
    choose({ from: range.from, to: Math.max(Number(to.value), range.from) }),
  );
  show();
  return {
    node,
    range,
    playing: () => Boolean(timer),
    set: choose,
    bars: (counts) => {
      const most = Math.max(1, ...counts);
      all.forEach((year, i) => {
        (bars[i].firstChild as HTMLElement).style.height = `${(100 * counts[i]) / most}%`;
        bars[i].title = `${year}: ${counts[i]}`;
      });
    },
  };
}
