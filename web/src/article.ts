// The notes beside the map. The address (#note-7) says which one is read: links, numbers, keys and
// the back button all change it, and one function follows it.
import { badges } from "./badges.ts";
import type { StoryData } from "./contract.ts";
import { address, calm, el, type KzMap, parts } from "./core.ts";
import { finding } from "./finding.ts";
import { inset } from "./inset.ts";
import { lighting } from "./lighting.ts";
import { moment } from "./moment.ts";

type Layers = Record<"countries" | "border" | "notes", L.LayerGroup | null>;

/** Notes of this priority are those of the tour. */
const FIRST = 1;

function story(map: KzMap, data: StoryData, layers: Layers): void {
  const { notes, groups, features, signs, nowhere, found } = data;
  const animate = !calm();
  const page = map.getContainer().parentElement!;
  const byNumber = new Map(notes.map((note) => [note.n, note]));
  const key = notes.filter((note) => note.priority === FIRST);
  let current = 0;
  let touring = false;
  /** Whether the map shows where the current note is. */
  let onMap = true;

  // ---- bar: note before, note after, which one ----
  const where = el("strong", {}, "");
  const live = el("p", { class: "kz-sr", "aria-live": "polite" });
  const stepper = (text: string, label: string, by: number) => {
    const attributes = { type: "button", class: "kz-step", "aria-label": label, title: label };
    const node = el("button", attributes, text);
    node.addEventListener("click", () => step(by));
    return node;
  };
  const tour = el("button", { type: "button", class: "kz-plain" });
  tour.addEventListener("click", () => (touring ? leave() : begin()));
  page
    .querySelector(".kz-reading")!
    .append(
      el(
        "p",
        { class: "kz-bar" },
        stepper("←", "Note before (k)", -1),
        el("span", {}, where, tour),
        stepper("→", "Next note (j)", 1),
      ),
      live,
    );
  const invitation = `Show the ${key.length} that matter most on the map`;
  const start = el("button", { type: "button", class: "kz-start" }, invitation);
  start.addEventListener("click", begin);
  page.querySelector(".kz-strip")!.after(start);

  const list = finding(map, notes, Object.keys(signs), found, () => {
    rows.hide();
    tell();
  });
  const light = lighting(map, notes, features, [layers.countries, layers.border]);
  const rows = badges(map, notes, groups, signs, layers.notes, list.visible, (name, at) =>
    light.drawn[name]?.openPopup(at),
  );
  const line = light.drawn["border/*"]?.getLatLngs() as L.LatLng[][] | undefined;
  if (line) map.kz.avoid = line.flat().filter((_, i) => i % 12 === 0);

  function tell() {
    const shown = list.shown().length;
    const of = `${shown} of ${notes.length} shown`;
    const filtered = shown < notes.length;
    const place = current && !onMap ? `: ${nowhere.toLowerCase()}` : "";
    const i = key.findIndex(({ n }) => n === current);
    const words = touring
      ? `Key note ${i + 1} of ${key.length}${place}`
      : current
        ? `Note ${current} of ${notes.length}${place}${filtered ? `, ${of}` : ""}`
        : filtered
          ? of
          : `${notes.length} notes`;
    if (where.textContent !== words) where.textContent = words;
    tour.textContent = touring ? "End the tour" : `Tour of ${key.length}`;
    live.textContent = filtered ? of : "";
  }
  // ---- one note at a time ----
  function select(n: number, focus: boolean) {
    light.clear();
    for (const node of page.querySelectorAll("[aria-current]"))
      node.removeAttribute("aria-current");
    const before = current;
    current = byNumber.has(n) ? n : 0;
    rows.mark(current);
    if (touring && !key.some((note) => note.n === current)) touring = false;
    if (!current) {
      tell();
      if (before) home();
      return;
    }
    if (!list.visible(current)) list.reset();
    const node = document.getElementById(`note-${current}`)!;
    node.setAttribute("aria-current", "true");
    for (const link of page.querySelectorAll(`.kz-key a[href="#note-${current}"]`))
      link.setAttribute("aria-current", "true");
    const bounds = light.light(byNumber.get(current)!, rows.placeOf(current));
    onMap = bounds.isValid();
    tell();
    map.closePopup();
    if (onMap) {
      map.fitBounds(bounds, { animate, maxZoom: 7.5, padding: [36, 36] });
    } else home(); // the place of the note before would stand for one that this note does not have
    if (focus) {
      node.focus({ preventScroll: true });
      node.scrollIntoView({ block: "start" });
    }
  }
  function home() {
    map.closePopup();
    map.stop();
    map.kz.show(true);
  }
  const go = (n: number) => address.select(n ? `note-${n}` : "");
  function step(by: number) {
    const numbers = (touring ? key : list.shown()).map((note) => note.n);
    const i = numbers.indexOf(current);
    if (touring && i + by >= numbers.length) leave();
    else if (numbers.length) {
      const next = i < 0 ? (by > 0 ? 0 : numbers.length - 1) : i + by;
      go(numbers[Math.max(0, Math.min(numbers.length - 1, next))]);
    }
  }
  function begin() {
    touring = true;
    address.changed();
    go(key[0].n);
  }
  /** After the tour: all notes, on the whole map. */
  function leave() {
    touring = false;
    go(0);
    page.querySelector(".kz-find")!.scrollIntoView({ block: "start" });
  }
  address.keep("tour", {
    read: () => (touring ? "1" : ""),
    apply: (value) => {
      touring = Boolean(value);
    },
  });
  address.onSelect((id, byLink) => {
    const n = Number(/^note-(\d+)$/.exec(id)?.[1] ?? 0);
    if (!n) touring = false;
    if (n || current) select(n, true);
    else if (!byLink) tell();
  });

  address.links(page, "note-", (id, link) => {
    touring = Boolean(link.closest(".kz-key"));
    go(Number(id.slice(5)));
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|select|textarea)$/i.test((event.target as Element).tagName);
    if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  });
  rows.hide();
  tell();
}

Object.assign(parts, { story, moment, inset });
