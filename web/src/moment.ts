// The map as of the day of the article, and as of today; and which of its layers are shown.
import type { MomentData } from "./contract.ts";
import { address, each, el, type KzMap } from "./core.ts";

type Layers = Record<
  | "unitsThen"
  | "unitsNow"
  | "crossingsThen"
  | "crossingsNow"
  | "exercises"
  | "incidents"
  | "context",
  L.LayerGroup | null
>;

/** What a reader can show and hide. */
const SHOWN: Record<string, string> = {
  crossings: "Crossings",
  exercises: "Exercises of both states",
  incidents: "Incidents near the line",
  context: "Incidents farther away",
};

export function moment(map: KzMap, { then, now, later }: MomentData, layers: Layers): void {
  const page = map.getContainer().parentElement!;
  const after = new Set(later);
  let today = false;
  // what the map shows at first is for its author to say
  const there = (layer: L.LayerGroup | null) => Boolean(layer && map.hasLayer(layer));
  const units = there(layers.unitsThen);
  const first = Object.keys(SHOWN).filter((name) =>
    there(name === "crossings" ? layers.crossingsThen : layers[name as keyof Layers]),
  );
  let shown = new Set(first);

  // each circle and sign with the group that holds it, so that it can come back
  const parts: { layer: L.Layer; group: L.LayerGroup; key: string }[] = [];
  for (const name of ["exercises", "incidents", "context"] as const) {
    each(layers[name], (layer, { key = "" }, group) => parts.push({ layer, group, key }));
  }

  const { unitsThen, unitsNow, crossingsThen, crossingsNow, exercises, incidents, context } =
    layers;
  for (const layer of [
    unitsThen,
    unitsNow,
    crossingsThen,
    crossingsNow,
    exercises,
    incidents,
    context,
  ]) {
    if (layer) map.kz.governed.add(layer);
  }
  function toggle(layer: L.LayerGroup | null, on: boolean) {
    if (layer && on !== map.hasLayer(layer)) on ? map.addLayer(layer) : map.removeLayer(layer);
  }
  function show() {
    for (const { layer, group, key } of parts) {
      const on = today || !after.has(key);
      if (on !== group.hasLayer(layer)) on ? group.addLayer(layer) : group.removeLayer(layer);
    }
    toggle(layers.unitsThen, units && !today);
    toggle(layers.unitsNow, units && today);
    toggle(layers.crossingsThen, !today && shown.has("crossings"));
    toggle(layers.crossingsNow, today && shown.has("crossings"));
    for (const name of ["exercises", "incidents", "context"] as const) {
      toggle(layers[name], shown.has(name));
    }
    for (const part of page.querySelectorAll<HTMLElement>("[data-moment]")) {
      part.hidden = (part.dataset.moment === "now") !== today;
    }
    for (const box of boxes) box.checked = shown.has(box.value);
    for (const radio of radios) radio.checked = (radio.value === "now") === today;
    map.kz.arrange();
    address.changed();
  }

  const radios = [
    ["then", then],
    ["now", now],
  ].map(([value]) => el("input", { type: "radio", name: "kz-moment", value }));
  const choice = el(
    "fieldset",
    { class: "kz-asof" },
    el("legend", {}, "As of"),
    radios.map((radio, i) => el("label", {}, radio, el("span", {}, [then, now][i]))),
  );
  choice.addEventListener("change", () => {
    today = radios[1].checked;
    show();
  });
  const control = new L.Control({ position: "topright" });
  control.onAdd = () => {
    const box = el("div", {}, choice);
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  control.addTo(map);

  const boxes = Object.keys(SHOWN).map((value) => el("input", { type: "checkbox", value }));
  const list = el(
    "fieldset",
    { class: "kz-shown" },
    el("legend", {}, "On the map besides the notes"),
    boxes.map((box) => el("label", {}, box, el("span", {}, SHOWN[box.value]))),
  );
  list.addEventListener("change", () => {
    shown = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    show();
  });
  page.querySelector(".kz-moment h2")!.after(list);

  address.keep("asof", {
    read: () => (today ? "now" : ""),
    apply: (value) => {
      today = value === "now";
      show();
    },
  });
  address.keep("shown", {
    read: () => ([...shown].join() === first.join() ? "" : [...shown].join() || "none"),
    apply: (value) => {
      shown = new Set(value ? value.split(",").filter((name) => name in SHOWN) : first);
      show();
    },
  });
  show();
}
