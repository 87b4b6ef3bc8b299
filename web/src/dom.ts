// Elements of the page. Text arrives as JSON and enters the document as text nodes only.
import SYMBOLS from "./symbols.json";

export type Child = Node | string | null | undefined;
type Attributes = Record<string, string | number>;

const SVG = "http://www.w3.org/2000/svg";
/** Paths of the symbols, in a box of 14 x 14: one, or several. Symbols differ by shape, so that
    nothing is told by colour alone; signs of crossings: shape by mode, filling by status. */
const symbols: Record<string, string | string[]> = SYMBOLS;

/** A value in the ways of English, with so many digits behind the point. */
export const number = (value: number, digits = 0) => format(digits).format(value);

// one formatter for each number of digits: making one costs more than a hundred uses
const formats = new Map<number, Intl.NumberFormat>();
function format(digits: number) {
  let made = formats.get(digits);
  if (!made) {
    made = new Intl.NumberFormat("en", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(digits, made);
  }
  return made;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag) as SVGElementTagNameMap[K], attributes, children);
}

export function fill<E extends Element>(
  node: E,
  attributes: Attributes,
  children: (Child | Child[])[] = [],
): E {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  for (const child of children.flat())
    if (child !== null && child !== undefined) node.append(child);
  return node;
}

/** Whether the reader wants nothing to move by itself. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export const isSymbol = (kind: string) => kind in symbols;

/** A symbol by its name; one that is not known is drawn as a town. */
export function symbol(kind: string, turn = 0): SVGSVGElement {
  const paths = [symbols[kind] ?? symbols.town].flat();
  const drawing = svg(
    "svg",
    { viewBox: "0 0 14 14", class: `kz-symbol kz-${kind}`, "aria-hidden": "true" },
    paths.map((d) => svg("path", { d })),
  );
  if (turn) drawing.style.transform = `rotate(${turn}deg)`;
  return drawing;
}

/** What a click on something shows: the article of the page that has this id. */
export function card(id: string): HTMLElement {
  const given = document.getElementById(id);
  return el("div", { class: "kz-card" }, given ? [...given.cloneNode(true).childNodes] : []);
}

/** Name of a column, and whether it holds numbers. */
export type Column = [name: string, numbers?: boolean];

/** A table; the first cell of a row is its heading. */
export function table(
  caption: string,
  columns: Column[],
  rows: (Child | Child[])[][],
  attributes: Attributes = {},
): HTMLTableElement {
  const side = (i: number): Attributes => (columns[i][1] ? { class: "kz-number" } : {});
  const heads = columns.map(([name], i) => el("th", { scope: "col", ...side(i) }, name));
  const cell = (content: Child | Child[], i: number) =>
    i ? el("td", side(i), content) : el("th", { scope: "row", ...side(i) }, content);
  return el(
    "table",
    attributes,
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, heads)),
    el(
      "tbody",
      {},
      rows.map((cells) => el("tr", {}, cells.map(cell))),
    ),
  );
}

/** Where a map puts what its own script makes: the place of the page that names a slot. */
export function slot(map: L.Map, name: string): HTMLElement {
  return map.getContainer().parentNode!.querySelector<HTMLElement>(`[data-slot="${name}"]`)!;
}
