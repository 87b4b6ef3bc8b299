// A map becomes a page: title and notes beside it, buttons, panes, keyboard, paper.
import * as address from "./address.ts";
import type { Bounds, PageData } from "./contract.ts";
import { calm, el, fill, symbol } from "./dom.ts";
import { each } from "./features.ts";
import { arrange, type Box } from "./labels.ts";
import { layers as layerMenu, share } from "./share.ts";
import { embedding, printing, sheets, skips, switching } from "./shell.ts";

/** A label that looks for its place. */
export interface Label {
  /** What a screen reader says. */
  title: string;
  /** 0 and 1 always show their symbol; those of low rank are placed first. */
  rank: number;
  /** Pixels right and down. */
  shift: [number, number];
  /** The zooms between which it is there. */
  shown: [from: number, below: number];
  /** Never on a line of map.kz.avoid. */
  clear: boolean;
  /** Places where the name may stand, each from a zoom on. */
  spots: { at: L.LatLng; zoom: number }[];
  marker: L.Marker;
  name: HTMLElement;
  mark: SVGElement | null;
  width?: number;
  height?: number;
  /** Pixels between a sign and its name, best first; 8 unless told. */
  gaps?: number[];
  /** Whether its name may stand in a box, if not everywhere. */
  inside?: (box: Box) => boolean;
  /** Told where its name stands: pixels from the sign to its upper left corner. */
  placed?: (right: number, down: number) => void;
}

/** What the modules of a page know of its map. */
export interface State {
  labels: Label[];
  /** Markers by their key. */
  marks: Record<string, L.Marker>;
  /** Points of lines that labels keep off. */
  avoid: L.LatLng[];
  /** Boxes that labels keep off, if a map has such. */
  blocks?: () => Box[];
  /** Layers that a part of the page shows and hides: their state is kept by that part. */
  governed: Set<L.Layer>;
  home: L.LatLngBounds;
  waiting?: boolean;
  /** The view as the address has it: "" as long as nobody has moved the map by hand. */
  at: () => string;
  /** What is selected was chosen in the view of now, which is no view that a link shows. */
  hold: (on: boolean) => void;
  /** Arrange the labels, once for all that moves in one go. */
  arrange: () => void;
  /** Show what the map shows first; whole: all of it even where the map is narrow. */
  show: (whole?: boolean) => void;
  /** The same, but only if the map has another size than what was drawn. */
  fit: () => void;
}

export interface KzMap extends L.Map {
  kz: State;
}

/** A named layer of the map, which a control can hide; ground lies under what the map is about. */
export interface Group {
  name: string;
  layer: L.Layer;
  ground: boolean;
}

/** What a map adds to its page: called with the map, its data, and the layers by name that are not
    taken out of the map. */
// biome-ignore lint/suspicious/noExplicitAny: each part has data of its own, see contract.ts
export type Part = (map: any, data: any, layers: any) => void;
/** Parts by name: the script of a map adds its own. */
export const parts: Record<string, Part> = {};

/** Where layers are drawn, by height. A user's tiles lie at 200: they hide our ground, no more. */
const PANES: Record<string, number> = {
  relief: 110,
  land: 120,
  water: 130,
  units: 212,
  lakes: 220,
  derived: 224,
  areas: 300,
  under: 390,
  casing: 396,
  sectors: 397,
  lines: 398,
  border: 400,
  sites: 420,
};
export function pane(map: L.Map, name: string): void {
  if (!map.getPane(name)) map.createPane(name).style.zIndex = String(PANES[name]);
}

/** A map less wide than this, in pixels, begins with the part of it called narrow. */
const NARROW = 600;

const toBounds = ([w, s, e, n]: Bounds) => L.latLngBounds([s, w], [n, e]);

/** What lies beyond the view is drawn so far that a small step of the map shows no empty edge. */
const BEYOND = 0.4;

export function page(
  made: L.Map,
  {
    bounds,
    narrow,
    window: limits,
    ground,
    parts: wanted,
    name,
    title,
    licence,
    ...spec
  }: PageData,
  layers: () => Record<string, L.Layer | null>,
  named: () => Group[],
): void {
  const map = made as KzMap;
  const box = map.getContainer();
  panel(map, spec);
  current.map = map;
  // whether the reader has turned to the map since it last moved by itself, and so moved it
  let touched = false;
  let byHand = false;
  let held = false;
  let first = "";
  const touch = (on: boolean) => {
    touched = on;
  };
  let start = "";
  const view = () => {
    const { lat, lng } = map.getCenter();
    return [map.getZoom(), lat.toFixed(4), lng.toFixed(4)].join(",");
  };
  const show = (whole = false) => {
    touch(false);
    map.setMaxBounds(undefined); // else it starts to move by itself between the next steps
    map.stop().invalidateSize({ animate: false });
    map.setMinZoom(0); // else a small window could not be left again
    const least = Math.min(
      map.getBoundsZoom(toBounds(limits), true),
      map.getBoundsZoom(map.kz.home),
    );
    const all = whole || box.clientWidth >= NARROW;
    map.fitBounds(all ? map.kz.home : toBounds(narrow), { animate: false, padding: [14, 14] });
    // a window of another shape shows no place beyond the end of what is drawn
    const filled = map.getBoundsZoom(toBounds(ground), true);
    if (map.getZoom() < filled) map.setZoom(filled, { animate: false });
    // a higher one would start a zoom of its own
    map.setMinZoom(Math.max(filled, Math.min(least, map.getZoom())));
    map.setMaxBounds(toBounds(limits));
    byHand = false;
    start = view();
    // what a narrow window shows first is a part of it
    if (!whole || box.clientWidth >= NARROW) first = start;
    held = start !== first;
    map.kz.arrange();
  };
  map.kz = {
    labels: [],
    marks: {},
    avoid: [],
    governed: new Set(),
    home: toBounds(bounds),
    show,
    at: () => {
      if (view() === first && !address.selected()) return "";
      return held || (byHand && view() !== start) ? view() : "";
    },
    hold: (on) => {
      held = on;
    },
    arrange: () => {
      if (!map.kz.waiting) {
        queueMicrotask(() => {
          map.kz.waiting = false;
          arrange(map);
        });
      }
      map.kz.waiting = true;
    },
    fit: () => {
      const { x, y } = map.getSize();
      if (box.clientWidth !== x || box.clientHeight !== y) show();
    },
  };
  for (const each of Object.keys(PANES)) pane(map, each);
  embedding(map, title);
  sheets(map);
  // layers are made by the rest of this script
  queueMicrotask(() => {
    const found = layers();
    const groups = named();
    for (const type of ["pointerdown", "wheel", "keydown"]) {
      box.addEventListener(type, () => touch(true), { capture: true, passive: true });
    }
    map.on("moveend", () => {
      byHand = touched;
      held = false;
      if (!byHand) start = view();
      address.changed();
    });
    // what is selected shows itself: that view is no choice of the reader
    address.onSelect(() => touch(false));
    window.addEventListener("hashchange", () => touch(false));
    address.keep("view", {
      read: map.kz.at,
      apply: (value) => {
        if (!value) return map.kz.show();
        touch(true);
        move(map, value);
      },
    });
    for (const [part, data] of Object.entries(wanted)) parts[part](map, data, found);
    choosing(map, groups);
    layerMenu(map, groups);
    share(map, groups, { name, title, licence, credit: spec.corner });
    map.kz.arrange();
    address.begin();
  });
  map.options.maxBoundsViscosity = 1;
  show();
  map.setMaxBounds(toBounds(limits));
  new L.Control.Scale({ imperial: false, maxWidth: 140, position: "bottomright" }).addTo(map);
  home(map).addTo(map);
  map.on("moveend resize", map.kz.arrange);
  map.on("zoomend", () => withdraw(map));
  map.on("layeradd", ({ layer }) => layer instanceof L.ImageOverlay && withdraw(map));
  window.addEventListener("load", map.kz.fit);
  if (calm()) map.options.inertia = false;
  focusing(map);
  switching(map);
  printing(map);
}

/** Show a view of the address, if it is one. */
function move(map: L.Map, value: string): void {
  const [zoom, lat, lng] = value.split(",").map(Number);
  if (value && [zoom, lat, lng].every(Number.isFinite)) {
    map.setView([lat, lng], zoom, { animate: false });
  }
}

/** An open card is what is selected, and what is selected opens its card. */
function choosing(map: KzMap, groups: Group[]): void {
  const cards = new Map<string, L.Layer>();
  for (const { layer } of groups) {
    each(layer, (one, { card, shown = [0, 99] }) => {
      if (!card) return;
      cards.set(card, one);
      one.on("popupopen", () => address.selected() === card || address.select(card));
      one.on("popupclose", () => {
        // the view that the card led to stays
        map.kz.hold(true);
        address.release(card);
        address.changed();
      });
      (one as L.Layer & { nearest?: number }).nearest = shown[0];
    });
  }
  address.onSelect((id, byLink) => {
    const one = cards.get(id) as (L.Marker & { nearest?: number }) | undefined;
    if (one?.isPopupOpen()) return;
    for (const other of cards.values()) other.closePopup();
    if (!one) return;
    if (byLink || !map.kz.at()) approach(map, one, one.nearest ?? 0);
    map.getContainer().scrollIntoView({ block: "nearest" });
    one.openPopup();
  });
}

function approach(map: KzMap, one: L.Layer, least: number): void {
  const at = one as L.Marker & L.Polygon;
  if (!at.getBounds) {
    const zoom = Math.max(map.getZoom(), least ? least + 1.5 : 0);
    if (zoom > map.getZoom() || !map.getBounds().contains(at.getLatLng() as L.LatLng)) {
      map.setView(at.getLatLng() as L.LatLng, zoom, { animate: false });
    }
  } else if (!map.getBounds().intersects(at.getBounds())) {
    map.fitBounds(at.getBounds(), { animate: false, padding: [36, 36] });
  }
}

/** The map of the page, for a script that is added to the finished page. */
export const current: { map?: KzMap } = {};

/** The text of the page takes its place around the map, before anything is drawn. */
function panel(map: L.Map, { label, look, corner }: Pick<PageData, "label" | "look" | "corner">) {
  const box = map.getContainer();
  fill(box, { role: "region", "aria-label": label });
  // Leaflet takes HTML here: the text of an element, as the browser itself escapes it
  map.attributionControl.addAttribution(el("span", {}, corner).innerHTML);
  const found = [".kz-head", ".kz-reading", ".kz-notes", "#kz-table", ".kz-cards"].map((part) =>
    box.parentNode!.querySelector(part),
  );
  // a title that a user has put before the map stands above ours
  const own = [...box.parentNode!.children].filter(
    (part) =>
      part.compareDocumentPosition(box) === Node.DOCUMENT_POSITION_FOLLOWING &&
      !part.matches(".folium-map, script, style") &&
      getComputedStyle(part).position === "static",
  );
  const [head, reading, notes, ...after] = found.filter((part) => part !== null);
  document.body.classList.add("kz-page", ...(look ? [look] : []));
  // for the keyboard, the text comes first: the map has many stops
  const text = [head, reading, notes];
  box.before(
    ...(look === "kz-tabled" ? [el("div", { class: "kz-side" }, ...text)] : text),
    ...after,
  );
  (head ?? box.parentElement!).prepend(...own);
  document.body.prepend(skips(map));
  if (look === "kz-with-profile") box.after(el("section", { class: "kz-profile" }));
}

/** Popups opened with the keyboard take the focus, and give it back. */
function focusing(map: L.Map) {
  let before: HTMLElement | null = null;
  map.on("popupopen", ({ popup }) => {
    const content = popup.getElement()!.querySelector<HTMLElement>(".leaflet-popup-content")!;
    fill(content, { tabindex: 0, role: "group", "aria-label": "Details" });
    before = document.activeElement as HTMLElement | null;
    if (before?.matches(":focus-visible")) content.focus({ preventScroll: true });
    else before = null;
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());
  map.on("popupclose", () => {
    if (before?.isConnected) before.focus({ preventScroll: true });
    before = null;
  });
}

/** A button that shows the whole map again. */
function home(map: KzMap) {
  const words = "Show the whole map";
  const control = new L.Control({ position: "topleft" });
  control.onAdd = () => {
    const attributes = { type: "button", class: "kz-button", title: words, "aria-label": words };
    const button = el("button", attributes, symbol("home"));
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener("click", () => map.kz.show(true));
    return el("div", { class: "leaflet-bar" }, button);
  };
  return control;
}

/** The relief, coarse as it is, withdraws to a quarter between these zooms. */
const FADE = [8, 10.5];
function withdraw(map: L.Map) {
  const gone = Math.max(0, Math.min(1, (map.getZoom() - FADE[0]) / (FADE[1] - FADE[0])));
  for (const image of map.getContainer().querySelectorAll<HTMLElement>("img.kz-relief")) {
    image.style.opacity = String(1 - 0.75 * gone);
  }
}

if (typeof L !== "undefined") L.Renderer.mergeOptions({ padding: BEYOND });
