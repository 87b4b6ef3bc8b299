// Links, frames, files and paper: the state of the page, to take along. All of it is made here.
import * as address from "./address.ts";
import { el } from "./dom.ts";
import { type Menu, menu } from "./menu.ts";
import type { Group, KzMap } from "./page.ts";
import { png } from "./picture.ts";
import { embedded, plain } from "./shell.ts";
import { csv, geojson, taken } from "./take.ts";

export interface Sharing {
  /** Start of the names of files. */
  name: string;
  title: string;
  /** Whose data the map shows, as in its corner. */
  credit: string;
  /** Licences, each with its layers. */
  licence: string;
}

/** The menu "Share". */
export function share(
  map: KzMap,
  groups: Group[],
  { name, title, credit, licence }: Sharing,
): Menu {
  const status = el("p", { class: "kz-menu-status", role: "status" });
  const field = el("textarea", { class: "kz-menu-text", rows: 3, readonly: "", hidden: "" });
  const say = (text: string) => {
    status.textContent = text;
  };
  const whole = () => {
    const state = address.parse(`#${address.now()}`);
    delete state.values.embed;
    const hash = address.write(state);
    return hash ? `#${hash}` : "";
  };

  // A text that the reader can copy by hand, too: pages in frames may not reach the clipboard
  async function give(text: string, label: string) {
    field.value = text;
    field.hidden = false;
    field.setAttribute("aria-label", label);
    field.focus();
    field.select();
    const local = location.protocol === "file:" ? " It leads to a file of this device." : "";
    try {
      await navigator.clipboard.writeText(text);
      say(`${label}: copied.${local}`);
    } catch {
      say(`${label}: copy it from the field.${local}`);
    }
  }
  function save(data: Blob, ending: string) {
    const link = el("a", { href: URL.createObjectURL(data), download: `${name}-view.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
  function features(
    write: (found: ReturnType<typeof taken>) => string,
    type: string,
    ending: string,
  ) {
    const found = taken(map, groups, credit, licence);
    if (found.length) save(new Blob([write(found)], { type }), ending);
    say(
      found.length ? `${found.length} features of this view.` : "There is no feature in this view.",
    );
  }
  const about = { name: title, credit, licence, note: "Geometry as drawn, simplified." };

  const action = (words: string, act: () => unknown) => {
    const button = el("button", { type: "button", class: "kz-menu-item" }, words);
    button.addEventListener("click", () => {
      field.hidden = true;
      say("");
      act();
    });
    return button;
  };
  const all = el("input", { type: "checkbox" });
  all.addEventListener("change", () => {
    document.documentElement.classList.toggle("kz-print-all", all.checked);
    address.changed();
  });
  const made = menu(
    map,
    "kz-share",
    "Share",
    [
      action("Copy link", () => give(`${plain()}${whole()}`, "Link")),
      action("Embed code", () => {
        const source = `${plain()}?embed${whole()}`.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
        const words = title.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
        give(
          `<iframe src="${source}" title="${words}" width="700" height="450" style="border:0" loading="lazy"></iframe>`,
          "Embed code",
        );
      }),
      action("PNG of this view", async () => {
        save(await png(map, title, `${credit}; kzborder`), "png");
        say("The view, as a picture.");
      }),
      action("Data of this view: CSV", () => features(csv, "text/csv;charset=utf-8", "csv")),
      action("Data of this view: GeoJSON", () =>
        features((found) => geojson(found, about), "application/geo+json", "geojson"),
      ),
      action("Print", () => {
        made.open(false);
        window.print();
      }),
      el("label", {}, all, "print the whole text, too"),
      field,
      status,
    ],
    () => {
      field.hidden = true;
      say("");
    },
  );
  made.button.addEventListener("click", () => {
    all.checked = document.documentElement.classList.contains("kz-print-all");
  });
  if (embedded()) made.button.classList.add("kz-menu-small");
  return made;
}

/** The menu "Layers", and what is hidden in the address. */
export function layers(map: KzMap, groups: Group[]): void {
  const shown = groups.map(({ layer }) => map.hasLayer(layer));
  const boxes = groups.map(({ layer }) => {
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      if (box.checked) map.addLayer(layer);
      else map.removeLayer(layer);
    });
    return box;
  });
  const follow = () => {
    groups.forEach(({ layer }, i) => {
      boxes[i].checked = map.hasLayer(layer);
    });
    address.changed();
  };
  if (groups.length) {
    const rows = groups.map(({ name }, i) => el("label", {}, boxes[i], name));
    menu(map, "kz-layers", "Layers", rows);
  }
  let waiting = false;
  const mine = new Set(groups.map(({ layer }) => layer as L.Layer));
  map.on("layeradd layerremove", (event) => {
    if (waiting || !mine.has((event as L.LayerEvent).layer)) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      follow();
    });
  });
  // by name, each that is not as it was at the start
  address.keep("layers", {
    read: () =>
      groups
        .filter(({ layer }, i) => !map.kz.governed.has(layer) && map.hasLayer(layer) !== shown[i])
        .map(({ name }) => name.replace(/,/g, " "))
        .join(","),
    apply: (value) => {
      const other = new Set(value.split(","));
      groups.forEach(({ name, layer }, i) => {
        if (map.kz.governed.has(layer)) return;
        const on = other.has(name.replace(/,/g, " ")) ? !shown[i] : shown[i];
        if (on) map.addLayer(layer);
        else map.removeLayer(layer);
      });
    },
  });
  follow();
}
