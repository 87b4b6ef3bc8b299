// Numbers of notes in a row beside their place, and counts on areas. A row looks for room around
// its place: it never covers another row, a place or a button.
import type { NoteData, Place } from "./contract.ts";
import { type Box, controls, each, el, type KzMap, overlap, svg, within } from "./core.ts";

type Row = Place & {
  at: L.LatLng;
  marker: L.Marker;
  badges: HTMLElement[];
  label: HTMLElement;
  row: HTMLElement;
  line: SVGPathElement;
  away: boolean;
  /** Whether the current note is one of its notes. */
  current: boolean;
};

const SIZE = 24;
const IN_ROW = 6;
/** On a map less wide than this, in pixels, names and signs of fewer notes than this are left out. */
const NARROW = 520;
const FEW = 5;

export interface Badges {
  /** The place at which the number of a note hangs. */
  placeOf: (n: number) => Place | undefined;
  /** Mark the number of a note as the current one. */
  mark: (n: number) => void;
  /** Hide the numbers of notes that are not shown, and the circles that hold none that is. */
  hide: () => void;
}

export function badges(
  map: KzMap,
  notes: NoteData[],
  groups: Place[],
  signs: Record<string, string>,
  layer: L.LayerGroup | null,
  visible: (n: number) => boolean,
  open: (key: string, at: L.LatLng) => void,
): Badges {
  const byNumber = new Map(notes.map((note) => [note.n, note]));
  const rings: { layer: L.Layer; group: L.LayerGroup; notes: number[] }[] = [];
  const placed: Row[] = [];
  each(layer, (found, { key = "" }, group) => {
    const [what, i, j] = key.split("/");
    if (what === "ring") {
      rings.push({ layer: found, group, notes: groups[Number(i)].rings[Number(j)].notes });
    } else if (key) placed.push(made(groups[Number(key)], found as unknown as L.Marker));
  });

  function badge(n: number): HTMLElement {
    const { verdict, title } = byNumber.get(n)!;
    const known = verdict in signs;
    const words = `${n} ${title} (${verdict})`;
    const attributes = {
      href: `#note-${n}`,
      class: `kz-badge kz-badge-${known ? verdict : "other"}`,
      "aria-label": `Note ${n}, ${verdict}: ${title}`,
      title: words,
      "data-note": n,
    };
    const box = svg("svg", { viewBox: "0 0 24 24", class: "kz-sign", "aria-hidden": "true" });
    box.append(svg("path", { d: signs[verdict] ?? signs.unverifiable }));
    return el("a", attributes, box, el("span", {}, String(n)));
  }

  function count(place: Place): HTMLElement {
    const node = el("button", { type: "button", class: "kz-count-badge" });
    node.addEventListener("click", () => open(place.area!, L.latLng(place.lat, place.lon)));
    return node;
  }

  function made(place: Place, marker: L.Marker): Row {
    const line = svg("path", { class: "kz-leader" });
    const lead = svg("svg", { class: "kz-leaders", "aria-hidden": "true" });
    const anchor = place.rings.length ? "kz-anchor" : "kz-anchor kz-anchor-line";
    if (!place.area) lead.append(line, svg("circle", { r: 3.2, class: anchor }));
    const label = el("span", { class: "kz-group-name", "aria-hidden": "true" });
    const all = place.area ? [count(place)] : place.notes.map(badge);
    const attributes = { class: "kz-badges", role: "group", "aria-label": place.name };
    const row = el("div", attributes, label, all);
    L.DomEvent.disableClickPropagation(row);
    const found = {
      ...place,
      at: L.latLng(place.lat, place.lon),
      marker,
      badges: all,
      label,
      row,
      line,
      away: false,
      current: false,
    };
    // the name of a place beyond the edge leads there
    label.addEventListener("click", () => {
      if (found.away) map.setView(found.at, map.getZoom(), { animate: false });
    });
    // with the keyboard one may come to a number outside the view: bring its place into it
    row.addEventListener("focusin", () => {
      if (!found.away && !map.getBounds().contains(found.at)) {
        map.panTo(found.at, { animate: false });
      }
    });
    (marker.options.icon!.options as L.DivIconOptions & { html: HTMLElement }).html.replaceChildren(
      lead,
      row,
    );
    return found;
  }

  map.kz.blocks = () => {
    const there = placed.filter(({ marker }) => (marker as L.Marker & { _map?: L.Map })._map);
    const corner = map.containerPointToLayerPoint([0, 0]);
    const size = map.getSize();
    const view: Box = [corner.x + 2, corner.y + 2, corner.x + size.x - 2, corner.y + size.y - 2];
    // near the whole map, places outside the view keep their numbers at its edge
    const edge = map.getZoom() <= map.getBoundsZoom(map.kz.home) + 0.3 ? 34 : -1e6;
    const clamp = (value: number, low: number, high: number) =>
      Math.max(low, Math.min(high, value));
    const spots = there.map((row) => {
      const { x, y } = map.latLngToLayerPoint(row.at);
      row.away = edge > 0 && !within([x, y, x, y], view);
      return row.away
        ? L.point(
            clamp(x, corner.x + edge, corner.x + size.x - edge),
            clamp(y, corner.y + edge, corner.y + size.y - edge),
          )
        : L.point(x, y);
    });
    const taken: Box[] = controls(map, corner, 4);
    for (const { x, y } of spots) taken.push([x - 5, y - 5, x + 5, y + 5]);
    // first write, then read: see arrange
    const rows = there.flatMap((row, i) => {
      const shown = row.notes.filter(visible).length;
      // where there is little room, a tap on the country does what the sign of a few notes does
      const spare = row.area && (row.away || (size.x <= NARROW && row.notes.length < FEW));
      const hidden = !shown || Boolean(spare);
      row.marker.getElement()!.hidden = hidden;
      if (hidden) return [];
      const { x, y } = spots[i];
      const at = map.latLngToLayerPoint(row.at);
      const named = row.away || Boolean(row.rings.length && size.x > NARROW);
      const label = row.away ? (at.x < x ? `← ${row.name}` : `${row.name} →`) : row.name;
      if (row.label.textContent !== label) row.label.textContent = label;
      row.row.classList.toggle("kz-named", named);
      row.row.classList.toggle("kz-east", row.away && at.x > x);
      row.row.classList.toggle("kz-away", row.away);
      if (row.area) {
        const words = `${row.name}: ${shown} ${shown === 1 ? "note" : "notes"}`;
        if (row.badges[0].textContent !== words) row.badges[0].textContent = words;
      }
      return [{ row, count: row.area ? 1 : shown, at, x, y, named, wide: 0 }];
    });
    for (const one of rows) {
      if (one.row.area) one.wide = one.row.badges[0].offsetWidth;
      else one.wide = one.named ? one.row.label.offsetWidth : 0;
    }
    // the current note finds room first, and has its number even where there is none
    rows.sort((a, b) => Number(b.row.current) - Number(a.row.current));
    for (const { row, count, at, x, y, named, wide } of rows) {
      const w = Math.max(Math.min(count, IN_ROW) * SIZE, wide);
      const h = Math.ceil(count / IN_ROW) * SIZE + (named ? 16 : 0);
      row.row.style.width = `${w}px`;
      const free = room(x, y, w, h, view, taken);
      // beyond the view nothing is covered, and the keyboard still comes to it
      const crowded = !free && !row.current && (row.away || within([x, y, x, y], view));
      row.marker.getElement()!.hidden = crowded;
      if (crowded) continue;
      const best = free ?? [x + 9, y - h / 2, x + 9 + w, y + h / 2];
      taken.push(best);
      const [left, top, right, bottom] = best;
      row.row.style.transform = `translate(${Math.round(left - at.x)}px, ${Math.round(top - at.y)}px)`;
      const nx = clamp(x, left + 6, right - 6) - x;
      const ny = clamp(y, top + 6, bottom - 6) - y;
      row.line.setAttribute("d", row.away ? "" : `M0 0L${nx.toFixed(1)} ${ny.toFixed(1)}`);
    }
    return taken;
  };

  return {
    placeOf: (n) => placed.find((row) => !row.area && row.notes.includes(n)),
    mark(n) {
      for (const row of placed) row.current = !row.area && row.notes.includes(n);
      const [node] = placed.flatMap((row) =>
        row.badges.filter((b) => b.dataset.note === String(n)),
      );
      node?.setAttribute("aria-current", "true");
    },
    hide() {
      for (const node of placed.flatMap((row) => row.badges)) {
        if (node.dataset.note) node.hidden = !visible(Number(node.dataset.note));
      }
      for (const ring of rings) {
        if (ring.notes.some(visible)) ring.group.addLayer(ring.layer);
        else ring.group.removeLayer(ring.layer);
      }
      map.kz.arrange();
    },
  };
}

/** Free room for a box around a point: near before far, east before west. */
function room(x: number, y: number, w: number, h: number, view: Box, taken: Box[]): Box | null {
  for (const far of [9, 22, 40, 64, 92]) {
    for (let k = 0; k < 16; k++) {
      const turn = ((k % 2 ? -1 : 1) * Math.ceil(k / 2) * Math.PI) / 8;
      const cx = Math.cos(turn);
      const cy = -Math.sin(turn);
      const left = x + cx * far + ((cx - 1) * w) / 2;
      const top = y + cy * far + ((cy - 1) * h) / 2;
      const box: Box = [left, top, left + w, top + h];
      if (within(box, view) && !taken.some((other) => overlap(box, other))) return box;
    }
  }
  return null;
}
