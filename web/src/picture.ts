// The view of the map as a picture: what is on the map is copied into one SVG, with the style that
// it has here, and that is painted on a canvas. Nothing is loaded; pictures of servers stay out.
import { el, svg } from "./dom.ts";
import type { KzMap } from "./page.ts";

/** What makes the look of a shape of SVG, in the words of its attributes. */
const LOOK = [
  "fill",
  "fill-opacity",
  "fill-rule",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "paint-order",
  "opacity",
  "r",
];
const HEAD = 46;
const FOOT = 40;
/** Pixels of the picture to one of the window: fit to print at 17 cm. */
const SHARP = 2;

/** The view as PNG, with title above, scale and credit below. */
export async function png(map: KzMap, title: string, credit: string): Promise<Blob> {
  const drawing = draw(map, title, credit);
  const width = Number(drawing.getAttribute("width"));
  const height = Number(drawing.getAttribute("height"));
  const image = new Image();
  const text = new XMLSerializer().serializeToString(drawing);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = el("canvas", { width: width * SHARP, height: height * SHARP });
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"),
  );
}

function draw(map: KzMap, title: string, credit: string): SVGSVGElement {
  const box = map.getContainer();
  const { left, top, width, height } = box.getBoundingClientRect();
  const token = (name: string) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const copied = svg("g", { transform: `translate(${-left} ${-top})` });
  for (const pane of panes(box)) copied.append(...copies(pane));
  const line = box.querySelector<HTMLElement>(".leaflet-control-scale-line");
  const scale = line ? ([line.offsetWidth, line.textContent ?? ""] as const) : null;
  const sans = token("sans");
  const soft = { "font-family": sans, "font-size": 11, fill: token("soft") };
  const room = (width - 24 - (scale ? scale[0] + 70 : 0)) / 5.4;
  return svg(
    "svg",
    {
      width,
      height: HEAD + height + FOOT,
      viewBox: `0 0 ${width} ${HEAD + height + FOOT}`,
    },
    svg("defs", {}, [...document.querySelectorAll("pattern")].map(copy)),
    svg("rect", { width: "100%", height: "100%", fill: token("paper") }),
    svg(
      "text",
      { x: 12, y: 30, "font-family": token("serif"), "font-size": 22, fill: token("ink") },
      title,
    ),
    svg(
      "svg",
      { y: HEAD, width, height, overflow: "hidden" },
      svg("rect", { width, height, fill: getComputedStyle(box).backgroundColor }),
      copied,
    ),
    scale
      ? svg(
          "g",
          { transform: `translate(12 ${HEAD + height + 10})` },
          svg("path", {
            d: `M0 0V7H${scale[0]}V0`,
            fill: "none",
            stroke: token("ink"),
            "stroke-width": 1.5,
          }),
          svg("text", { ...soft, x: scale[0] + 8, y: 9 }, scale[1]),
        )
      : null,
    folded(credit, room).map((words, i) =>
      svg(
        "text",
        {
          ...soft,
          "font-size": 10,
          x: width - 12,
          y: HEAD + height + 15 + 14 * i,
          "text-anchor": "end",
        },
        words,
      ),
    ),
  );
}

/** A text in at most two lines of so many characters. */
function folded(text: string, room: number): string[] {
  if (text.length <= room) return [text];
  const at = text.lastIndexOf(" ", room);
  const rest = text.slice(at + 1);
  return [text.slice(0, at), rest.length > room ? `${rest.slice(0, room - 1)}…` : rest];
}

const height = (node: Element) => Number(getComputedStyle(node).zIndex) || 0;
const byHeight = <E extends Element>(nodes: Iterable<E>) =>
  [...nodes].sort((a, b) => height(a) - height(b));

/** What is drawn of the map, from below: not cards and tooltips. */
function panes(box: HTMLElement): Element[] {
  const all = byHeight(box.querySelectorAll(".leaflet-map-pane > .leaflet-pane"));
  return all.filter((node) => !node.matches(".leaflet-popup-pane, .leaflet-tooltip-pane"));
}

/** An element of the page as SVG in the pixels of the window. */
function copies(node: Element): SVGElement[] {
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden") return [];
  const { left, top, width, height } = node.getBoundingClientRect();
  if (node instanceof HTMLImageElement) {
    if (!node.src.startsWith("data:")) return [];
    const image = svg("image", { href: node.src, x: left, y: top, width, height });
    image.setAttribute("preserveAspectRatio", "none");
    image.style.opacity = style.opacity;
    image.style.filter = style.filter;
    return [faded(image, style.maskImage)];
  }
  if (node instanceof SVGSVGElement) {
    const drawn = svg("g", { transform: placed(node, style) }, [...node.children].map(copy));
    return [drawn];
  }
  const made: SVGElement[] = [];
  if (!/^(transparent|rgba\(.*, 0\))$/.test(style.backgroundColor)) {
    made.push(svg("rect", { x: left, y: top, width, height, fill: style.backgroundColor }));
  }
  const below = [...node.childNodes].filter((child) => child instanceof Text) as Text[];
  for (const text of below) made.push(...words(text, style));
  for (const child of byHeight(node.children)) made.push(...copies(child));
  return made;
}

/** A picture whose edges fade as a mask of two gradients says, which SVG has no word for. */
function faded(image: SVGImageElement, mask: string): SVGElement {
  const share = Number(/linear-gradient\(.*?(\d+(?:\.\d+)?)%/.exec(mask)?.[1]) / 100;
  if (!share) return image;
  const stop = (offset: number, opacity: number) =>
    svg("stop", { offset, "stop-color": "#fff", "stop-opacity": opacity });
  const across = (inner: SVGElement, name: string, to: Record<string, number>) => {
    const stops = [stop(0, 0), stop(share, 1), stop(1 - share, 1), stop(1, 0)];
    const box = Object.fromEntries(
      ["x", "y", "width", "height"].map((side) => [side, image.getAttribute(side)!]),
    );
    const gradient = svg("linearGradient", { id: `kz-${name}`, x1: 0, y1: 0, ...to }, stops);
    const plate = svg("rect", { ...box, fill: `url(#kz-${name})` });
    const cover = svg(
      "mask",
      { id: `kz-mask-${name}`, maskUnits: "userSpaceOnUse", ...box },
      plate,
    );
    return svg("g", {}, gradient, cover, svg("g", { mask: `url(#kz-mask-${name})` }, inner));
  };
  return across(across(image, "x", { x2: 1, y2: 0 }), "y", { x2: 0, y2: 1 });
}

/** Where a drawing stands, in pixels of the window: its middle, its turn and its scale. */
function placed(node: SVGSVGElement, style: CSSStyleDeclaration): string {
  const { left, top, width, height } = node.getBoundingClientRect();
  const view = node.viewBox.baseVal;
  if (!view?.width) return `translate(${left} ${top})`;
  const [a, b, c, d] = /^matrix\((.*)\)$/.exec(style.transform)?.[1].split(",").map(Number) ?? [
    1, 0, 0, 1,
  ];
  const wide = node.clientWidth || Number.parseFloat(style.width);
  const high = node.clientHeight || Number.parseFloat(style.height);
  return [
    `translate(${left + width / 2} ${top + height / 2})`,
    `matrix(${a} ${b} ${c} ${d} 0 0)`,
    `scale(${wide / view.width} ${high / view.height})`,
    `translate(${-view.x - view.width / 2} ${-view.y - view.height / 2})`,
  ].join(" ");
}

/** A shape with the look that style sheets give it here. */
function copy(node: Element): SVGElement {
  const style = getComputedStyle(node);
  const made = node.cloneNode(false) as SVGElement;
  for (const name of ["class", "style", "tabindex", "role", "aria-label"])
    made.removeAttribute(name);
  if (style.display === "none" || style.visibility === "hidden") return svg("g");
  for (const name of LOOK) {
    const value = style.getPropertyValue(name);
    if (value && value !== "auto" && value !== "normal")
      made.setAttribute(name, value.replace(/"/g, ""));
  }
  for (const child of node.children) made.append(copy(child));
  return made;
}

/** What measures letters; made once. */
let pen: CanvasRenderingContext2D | undefined;

/** The lines of a text of the map, with their halo. */
function words(node: Text, style: CSSStyleDeclaration): SVGElement[] {
  if (!node.data.trim()) return [];
  const range = document.createRange();
  range.selectNodeContents(node);
  const boxes = [...range.getClientRects()].filter(({ width }) => width);
  const lines = node.data.split("\n").filter((line) => line.trim());
  const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen ??= el("canvas").getContext("2d")!;
  pen.font = font;
  const up = pen.measureText("x").fontBoundingBoxAscent;
  const halo = style.textShadow === "none" ? null : /rgba?\([^)]*\)|#\w+/.exec(style.textShadow);
  return boxes.slice(0, lines.length).map(({ left, top }, i) => {
    const upper = style.textTransform === "uppercase";
    return svg(
      "text",
      {
        x: left,
        y: top + up,
        "font-family": style.fontFamily,
        "font-size": style.fontSize,
        "font-weight": style.fontWeight,
        "font-style": style.fontStyle,
        "letter-spacing": style.letterSpacing,
        fill: style.color,
        ...(halo
          ? {
              stroke: halo[0],
              "stroke-width": 3.4,
              "stroke-linejoin": "round",
              "paint-order": "stroke",
            }
          : {}),
      },
      upper ? lines[i].toUpperCase() : lines[i],
    );
  });
}
