// What a note is about lights up, as a whole or not at all; a click on it lists the notes.
import type { Lit, NoteData, Place, Spot } from "./contract.ts";
import { decode, features as draw, each, el, type KzMap, reachable, whenThere } from "./core.ts";

export interface Lighting {
  /** Layers of the map that can be touched, by key. */
  drawn: Record<string, L.Polyline>;
  clear: () => void;
  /** Light what a note is about, and its place; where that is, if the map has it. */
  light: (note: NoteData, place?: Place) => L.LatLngBounds;
}

export function lighting(
  map: KzMap,
  notes: NoteData[],
  features: Record<string, Lit>,
  groups: (L.Layer | null)[],
): Lighting {
  const lit = L.layerGroup().addTo(map);
  const drawn: Record<string, L.Polyline> = {};

  function cardOf(key: string): HTMLElement {
    const about = notes.filter((note) => note.features.includes(key));
    const link = ({ n, title, verdict }: NoteData) =>
      el("a", { href: `#note-${n}`, class: "kz-note-link" }, `${n} ${title} (${verdict})`);
    return el(
      "div",
      { class: "kz-card" },
      el("h2", {}, features[key].title),
      el("p", {}, about.length ? "Notes about it:" : "No note is about it."),
      el(
        "ul",
        { class: "kz-card-notes" },
        about.map((note) => el("li", {}, link(note))),
      ),
    );
  }
  const told = <T extends L.Layer>(layer: T, key: string): T =>
    layer
      .bindPopup(() => cardOf(key), { maxHeight: 260, autoPanPadding: [12, 12] })
      .bindTooltip(el("span", {}, features[key].title), { sticky: true });
  const circle = ({ lon, lat, radius }: Omit<Spot, "name">, className: string) =>
    L.circle([lat, lon], {
      radius: Math.max(radius, 1),
      className,
      pane: "lines",
      interactive: className !== "kz-lit-circle",
    });
  /** A circle has bounds only on a map; these are those of its degrees. */
  const reach = ({ lon, lat, radius }: Omit<Spot, "name">) =>
    L.latLng(lat, lon).toBounds(2 * Math.max(radius, 1));

  for (const group of groups) {
    each(group, (layer, { key = "" }) => {
      if (!features[key]) return;
      drawn[key] = told(layer as unknown as L.Polyline, key);
      whenThere(layer, () => reachable(layer, features[key].title, true));
    });
  }

  /** Names of several sites stand beside their circles. */
  function named(spots: Spot[]) {
    const item = ({ lon, lat, name }: Spot) => {
      const label = name.split(",")[0].split(" (")[0];
      return { kind: "site", look: {}, label, rank: 0, at: [lon, lat] as [number, number] };
    };
    if (spots.length > 1) draw(map, spots.map(item), { pane: "markerPane" }).addTo(lit);
  }

  function one(key: string): L.LatLngBounds | null {
    const { look, paths, circles } = features[key];
    if (circles) {
      for (const spot of circles) {
        reachable(told(circle(spot, "kz-lit-circle kz-lit-site"), key).addTo(lit), spot.name, true);
      }
      return circles.reduce((all, spot) => all.extend(reach(spot)), L.latLngBounds([]));
    }
    if (!paths && !drawn[key]) return null; // taken out of the map
    const points = paths ? paths.map((path) => decode(path)) : drawn[key].getLatLngs();
    const options = { className: `kz-lit-${look}`, interactive: false };
    const layer =
      look === "area"
        ? L.polygon(points as L.LatLngExpression[][], { ...options, pane: "areas" })
        : L.polyline(points as L.LatLngExpression[][], { ...options, pane: "lines", fill: false });
    return layer.addTo(lit).getBounds();
  }

  return {
    drawn,
    clear: () => lit.clearLayers(),
    light(note, place) {
      const known = note.features.filter((key) => features[key]);
      const about = L.latLngBounds([]);
      for (const key of known) {
        const bounds = one(key);
        if (bounds) about.extend(bounds);
      }
      const spots = known.flatMap((key) => features[key].circles ?? []);
      named([...new Map(spots.map((spot) => [`${spot.lon} ${spot.lat}`, spot])).values()]);
      const rings = place?.rings.filter((ring) => ring.notes.includes(note.n)) ?? [];
      for (const ring of rings) circle(ring, "kz-lit-circle").addTo(lit);
      if (!rings.length) return about.isValid() ? about.pad(0.05) : about;
      // the place, and not the whole country that the note is also about
      const near = rings.reduce((all, ring) => all.extend(reach(ring)), L.latLngBounds([]));
      return spots.length ? near.extend(about).pad(0.4) : near.pad(2.2);
    },
  };
}
