// What the map shows, to take along: features whose geometry meets the view, as GeoJSON and CSV.
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";
import type { Bounds } from "./contract.ts";
import { isSymbol } from "./dom.ts";
import { each } from "./features.ts";
import { around, crosses } from "./inside.ts";
import type { Group, KzMap } from "./page.ts";

export type Row = Record<string, string | number>;
export type Taken = Feature<Geometry, Row>;

/** Kinds that only widen or underlie another feature of the same geometry. */
const DOUBLES = /(-casing|-touch)$/;

/**
 * Features of groups that meet the view, each once.
 *
 * Signs of several features together, and names without a sign, are no features; of a place that
 * is drawn as an area and a sign, only the area goes along: it says how well the place is known.
 */
export function taken(map: KzMap, groups: Group[], credit: string, licence: string): Taken[] {
  const view = map.getBounds();
  const box: Bounds = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
  const found: Taken[] = [];
  for (const { name: group, layer, ground } of groups) {
    if (ground || !map.hasLayer(layer)) continue;
    const mine = new Map<string, Taken>();
    each(layer, (one, p) => {
      const { geometry } = one.feature;
      const isSign = geometry.type === "Point" && !p.radius;
      if (!p.kind || DOUBLES.test(p.kind) || (p.shown?.[1] ?? 99) < 99) return;
      if (isSign && !isSymbol(p.kind) && !p.opens) return;
      const bounds = p.radius && one instanceof L.Circle ? one.getBounds() : null;
      if (!(bounds ? view.intersects(bounds) : meets(geometry, box))) return;
      const key = p.card ?? p.key ?? JSON.stringify(geometry);
      if (isSign && mine.has(key)) return;
      const properties: Row = {
        layer: group,
        id: p.card ?? p.key ?? "",
        name: p.title ?? p.tip ?? p.label ?? group,
        kind: p.kind.split(" ")[0],
        ...(p.radius ? { position_uncertainty_m: Math.round(p.radius) } : {}),
        ...p.facts,
        ...(p.card ? told(p.card) : {}),
        credit,
        licence,
      };
      mine.set(key, { type: "Feature", properties, geometry });
    });
    found.push(...mine.values());
  }
  return found;
}

/** What the card of a feature says: its rows, and the addresses of its sources. */
function told(id: string): Row {
  const card = document.getElementById(id);
  const row: Row = {};
  let last = "";
  for (const term of card?.querySelectorAll("dt") ?? []) {
    const name = term.textContent || `${last} (2)`;
    row[name] = term.nextElementSibling?.textContent ?? "";
    last = name;
  }
  const links = [...(card?.querySelectorAll<HTMLAnchorElement>('a[href^="http"]') ?? [])];
  if (links.length) row.sources = [...new Set(links.map((a) => a.href))].join(" ; ");
  return row;
}

/** Whether a geometry has a point in a box. */
export function meets(geometry: Geometry, box: Bounds): boolean {
  if (geometry.type === "GeometryCollection") return geometry.geometries.some((g) => meets(g, box));
  if (geometry.type === "Point") return inside(geometry.coordinates, box);
  if (geometry.type === "MultiPoint") return geometry.coordinates.some((p) => inside(p, box));
  if (geometry.type === "LineString") return passes(geometry.coordinates, box);
  if (geometry.type === "MultiLineString") return geometry.coordinates.some((l) => passes(l, box));
  const areas = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  // an edge in the box, or the box whole within: then its corner is
  return areas.some(
    (rings) => rings.some((ring) => passes(ring, box)) || around(rings, [box[0], box[1]]),
  );
}

const inside = ([x, y]: Position, [w, s, e, n]: Bounds) => x >= w && x <= e && y >= s && y <= n;

function passes(line: Position[], box: Bounds): boolean {
  return line.some((to, i) => (i ? crosses(line[i - 1], to, box) : inside(to, box)));
}

/** GeoJSON (RFC 7946), with members of its own that say what it is. */
export function geojson(features: Taken[], about: Row): string {
  const collection: FeatureCollection & Row = {
    ...about,
    type: "FeatureCollection",
    features,
  } as FeatureCollection & Row;
  return JSON.stringify(collection);
}

/** CSV (RFC 4180): every column that a feature has, points as longitude and latitude, all as WKT. */
export function csv(features: Taken[]): string {
  const rows = features.map(({ geometry, properties }): Row => {
    const at = geometry.type === "Point" ? geometry.coordinates : ["", ""];
    return { ...properties, longitude: at[0], latitude: at[1], geometry: wkt(geometry) };
  });
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ""))];
  return `${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

const cell = (value: string | number) =>
  /[",\r\n]/.test(String(value)) ? `"${String(value).replace(/"/g, '""')}"` : String(value);

/** A geometry as well-known text. */
export function wkt(geometry: Geometry): string {
  if (geometry.type === "GeometryCollection") {
    return `GEOMETRYCOLLECTION (${geometry.geometries.map(wkt).join(", ")})`;
  }
  const list = (value: unknown): string => {
    const items = value as unknown[];
    return typeof items[0] === "number" ? items.join(" ") : `(${items.map(list).join(", ")})`;
  };
  const whole = list(geometry.coordinates);
  return `${geometry.type.toUpperCase()} ${geometry.type === "Point" ? `(${whole})` : whole}`;
}
