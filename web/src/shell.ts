// What surrounds a map on every page: ways past it for the keyboard, map or text on a small window,
// cards at its lower edge, the bare map of an embedded page, and paper.
import * as address from "./address.ts";
import { el } from "./dom.ts";
import type { KzMap } from "./page.ts";

/** Windows on which text and map do not stand side by side; the style sheets say the same. */
export const SMALL = "(max-width: 55.99rem)";
/** On these, cards lie at the lower edge of the window: also beside a text, a map can be low. */
const SHEETS = "(max-width: 55.99rem), (max-height: 30rem)";

const root = globalThis.document?.documentElement;

/** Whether the address asks for the bare map: ?embed, or #embed among the states. */
export const embedded = () =>
  new URLSearchParams(location.search).has("embed") ||
  "embed" in address.parse(location.hash).values;

/** The address of the page without what was asked of it. */
export const plain = () => location.href.replace(/[?#].*$/, "");

/** Ways past what comes before: the first stops of the keyboard. */
export function skips(map: L.Map): HTMLElement {
  const to = (words: string, target: HTMLElement | null) => {
    if (!target) return null;
    if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
    const button = el("button", { type: "button" }, words);
    button.addEventListener("click", () => {
      bare(false);
      target.focus();
      target.scrollIntoView({ block: "nearest" });
    });
    return button;
  };
  return el(
    "nav",
    { class: "kz-skips", "aria-label": "Skip" },
    to("Skip to the map", map.getContainer()),
    to("Skip to the text", document.querySelector<HTMLElement>("main.kz-notes")),
    to("Skip to the table", document.getElementById("kz-table")),
  );
}

let bare: (on: boolean) => void = () => {};

/** A button that fills a small window with the map, and brings the text back. */
export function switching(map: KzMap): void {
  const button = el("button", { type: "button", class: "kz-switch" }, "Map");
  bare = (on) => {
    if (root.classList.contains("kz-bare") === on || embedded()) return;
    const { at } = map.kz;
    root.classList.toggle("kz-bare", on);
    button.textContent = on ? "Text" : "Map";
    if (at()) map.invalidateSize({ animate: false });
    else map.kz.show();
  };
  button.addEventListener("click", () => bare(!root.classList.contains("kz-bare")));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && bare(false));
  matchMedia(SMALL).addEventListener("change", () => bare(false));
  // a link of a card that leads into the text brings the text
  document.addEventListener("click", ({ target }) => {
    const link = (target as Element).closest?.('.leaflet-popup a[href^="#"]');
    if (!link) return;
    const goal = document.getElementById(decodeURIComponent(link.getAttribute("href")!.slice(1)));
    if (goal && !goal.closest(".kz-clicked")) bare(false);
  });
  document.body.append(button);
}

/** Cards of small windows are a sheet at their lower edge, and the map makes room for it. */
export function sheets(map: KzMap): void {
  const own = map.getPanes().popupPane;
  const sheet = el("div", { class: "kz-sheet", role: "region", "aria-label": "Card" });
  document.body.append(sheet);
  const small = matchMedia(SHEETS);
  const choose = () => {
    map.closePopup();
    map.getPanes().popupPane = small.matches ? sheet : own;
    L.Popup.mergeOptions({ autoPan: !small.matches });
  };
  small.addEventListener("change", choose);
  choose();
  let limits: L.LatLngBoundsExpression | undefined;
  map.on("popupopen", ({ popup }) => {
    // a finger opens the tip of a sign with its card
    map.eachLayer((one) => one instanceof L.Tooltip && !one.options.permanent && one.remove());
    if (!small.matches || !popup.getLatLng()) return;
    const { bottom } = map.getContainer().getBoundingClientRect();
    const covered = Math.max(0, bottom - sheet.firstElementChild!.getBoundingClientRect().top);
    const { y } = map.getSize();
    // the room that the sheet takes may lie beyond what there is to see
    limits ??= map.options.maxBounds;
    map.setMaxBounds(undefined);
    map.panInside(popup.getLatLng()!, {
      paddingTopLeft: [24, 24],
      paddingBottomRight: [24, Math.min(covered + 24, y - 48)],
      animate: false,
    });
  });
  map.on("popupclose", () => {
    if (limits) map.setMaxBounds(limits);
    limits = undefined;
  });
}

/** The bare map: its title, whose data it shows, and a way to the whole page. */
export function embedding(map: KzMap, title: string): void {
  if (!embedded()) return;
  const link = el("a", { target: "_blank", rel: "noopener" }, "Open the whole page");
  const aim = () => {
    const state = address.parse(`#${address.now()}`);
    delete state.values.embed;
    link.href = `${plain()}#${address.write(state)}`;
  };
  link.addEventListener("pointerdown", aim);
  link.addEventListener("focus", aim);
  aim();
  document.body.append(el("footer", { class: "kz-embed-bar" }, el("strong", {}, title), link));
  root.classList.add("kz-bare", "kz-embed");
  const byAddress = "embed" in address.parse(location.hash).values;
  address.keep("embed", { read: () => (byAddress ? "1" : ""), apply: () => {} });
  // in the page of others the wheel scrolls that page, until the reader turns to the map
  map.scrollWheelZoom.disable();
  map.once("click focus", () => map.scrollWheelZoom.enable());
}

/** What goes on paper: this view on one page, or with all of the text. */
export function printing(map: KzMap): void {
  let view: L.LatLngBounds | null = null;
  let before: [L.LatLng, number];
  const start = () => {
    if (view) return;
    map.closePopup();
    before = [map.getCenter(), map.getZoom()];
    view = map.getBounds();
    root.classList.add("kz-printing");
    map.setMaxBounds(undefined);
    map.setMinZoom(0);
    map.invalidateSize({ animate: false });
    map.fitBounds(view, { animate: false });
  };
  const end = () => {
    if (!view) return;
    view = null;
    root.classList.remove("kz-printing");
    map.kz.show();
    map.setView(...before, { animate: false });
  };
  window.addEventListener("beforeprint", start);
  window.addEventListener("afterprint", end);
  address.keep("print", {
    read: () => (root.classList.contains("kz-print-all") ? "all" : ""),
    apply: (value) => root.classList.toggle("kz-print-all", value === "all"),
  });
}
