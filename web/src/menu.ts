// A button over the map with a panel below it: layers, share, online basemaps.
import { type Child, el } from "./dom.ts";
import type { KzMap } from "./page.ts";

export interface Menu {
  button: HTMLButtonElement;
  panel: HTMLElement;
  open: (on: boolean) => void;
}

/**
 * Add a menu to the upper right corner of a map.
 *
 * @param id of its panel
 * @param closed what happens when the panel closes
 */
export function menu(
  map: KzMap,
  id: string,
  title: string,
  content: (Child | Child[])[],
  closed: () => void = () => {},
): Menu {
  const panel = el(
    "div",
    { class: "kz-menu-panel", id, role: "group", "aria-label": title, hidden: "" },
    ...content,
  );
  const button = el(
    "button",
    { type: "button", class: "kz-menu-button", "aria-expanded": "false", "aria-controls": id },
    title,
  );
  const open = (on: boolean) => {
    if (panel.hidden === !on) return;
    panel.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (on) for (const other of menus(map)) other.panel === panel || other.open(false);
    else closed();
    map.kz.arrange();
  };
  button.addEventListener("click", () => open(panel.hidden));
  const made = { button, panel, open };
  menus(map).push(made);
  const control = new L.Control({ position: "topright" });
  control.onAdd = () => {
    const holder = el("div", { class: "kz-menu" }, button, panel);
    L.DomEvent.disableClickPropagation(holder).disableScrollPropagation(holder);
    // a button that its own click removes would be taken for a part of the map
    holder.addEventListener("click", (event) => event.stopPropagation());
    // the map moves with arrows and closes with Escape: here these keys are the list's own
    holder.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Escape" || panel.hidden) return;
      open(false);
      button.focus();
    });
    return holder;
  };
  control.addTo(map);
  return made;
}

const known = new WeakMap<KzMap, Menu[]>();
function menus(map: KzMap): Menu[] {
  let all = known.get(map);
  if (!all) {
    all = [];
    known.set(map, all);
    map.on("click", () => {
      for (const one of menus(map)) one.open(false);
    });
  }
  return all;
}
