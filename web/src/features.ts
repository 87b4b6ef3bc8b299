// Layers of GeoJSON features that come as paths: lines, areas, circles and signs.
import type { Feature, Geometry, Position } from "geojson";
import type { Item, Look, Properties } from "./contract.ts";
import { card, el, fill, isSymbol, symbol } from "./dom.ts";
import { type KzMap, type Label, pane } from "./page.ts";

export type Drawn = L.Layer & { feature: Feature<Geometry, Properties>; label?: Label };

/** Paths are differences of whole numbers, 100 000 to a degree unless told: see page/features.py. */
export function decode(path: number[], scale = 1e5): [lat: number, lon: number][] {
  const points: [number, number][] = [];
  for (let i = 0, x = 0, y = 0; i < path.length; i += 2) {
    x += path[i];
    y += path[i + 1];
    points.push([y / scale, x / scale]);
  }
  return points;
}

/** Features as GeoJSON. */
export function geometryOf(item: Item, items: Item[], scale?: number): Geometry {
  const line = (path: number[]): Position[] => decode(path, scale).map(([lat, lon]) => [lon, lat]);
  if (item.same !== undefined) return geometryOf(items[item.same], items, scale);
  if (item.at) return { type: "Point", coordinates: item.at };
  if (item.lines) {
    const lines = item.lines.map(line);
    return lines.length === 1
      ? { type: "LineString", coordinates: lines[0] }
      : { type: "MultiLineString", coordinates: lines };
  }
  const areas = item.areas!.map((rings) => rings.map(line));
  return areas.length === 1
    ? { type: "Polygon", coordinates: areas[0] }
    : { type: "MultiPolygon", coordinates: areas };
}

interface Options extends L.PathOptions {
  pane: string;
  scale?: number;
}

/**
 * A layer of features, each in its style (look) with what it says (tip, card).
 *
 * @param then what a user's on_each_feature does
 */
export function features(
  map: KzMap,
  items: Item[],
  { scale, interactive, ...options }: Options,
  then: (feature: Feature, layer: L.Layer) => void = () => {},
): L.GeoJSON {
  pane(map, options.pane);
  const style = ({ properties: p }: Feature<Geometry, Properties>) => ({
    interactive: Boolean(interactive || p.tip || p.card || p.opens),
    ...p.look,
  });
  const layer: L.GeoJSON = L.geoJSON(null, {
    ...options,
    style: (feature) => style(feature as Feature<Geometry, Properties>),
    pointToLayer: (feature: Feature<GeoJSON.Point, Properties>, latlng) =>
      feature.properties.radius
        ? L.circle(latlng, { ...options, ...style(feature) } as L.CircleOptions)
        : sign(latlng, feature.properties),
    onEachFeature: (feature: Feature<Geometry, Properties>, one: L.Layer) => {
      const { tip, title, card: content, highlight } = feature.properties;
      if (tip) one.bindTooltip(el("span", {}, tip), { sticky: true });
      if (content) one.bindPopup(() => card(content), POPUP);
      if ((tip || content) && one instanceof L.Path) {
        whenThere(one, () => reachable(one, tip || title || "", Boolean(content)));
      }
      if (highlight && one instanceof L.Path) {
        one.on({ mouseover: () => one.setStyle(highlight), mouseout: () => layer.resetStyle(one) });
      }
      then(feature, one);
    },
  });
  for (const item of items) {
    // biome-ignore lint/correctness/noUnusedVariables: what is no property is left out
    const { at, lines, areas, same, ...properties } = item;
    const above = (properties.look as Look).pane;
    if (above) pane(map, above);
    const made: Feature = { type: "Feature", properties, geometry: geometryOf(item, items, scale) };
    layer.addData(made);
  }
  return layer;
}

/** The features of a layer, of the layers in it, and so on, each with the layer that holds it. */
export function each(
  layer: L.Layer | null,
  action: (layer: Drawn, properties: Properties, group: L.LayerGroup) => void,
  group: L.LayerGroup | null = null,
): void {
  const one = layer as Drawn;
  if (one?.feature) action(one, one.feature.properties, group!);
  else if (layer instanceof L.LayerGroup) layer.eachLayer((inner) => each(inner, action, layer));
}

const mapOf = (layer: L.Layer) => (layer as L.Layer & { _map?: KzMap })._map;

/** Do something with a layer whenever it comes onto a map, and now if it is on one. */
export function whenThere(layer: L.Layer, action: () => void): void {
  layer.on("add", action);
  if (mapOf(layer)) action();
}

/** With the keyboard one comes to a shape that has something to say: it has a name, comes into
    view, and Enter opens its card. */
export function reachable<T extends L.Layer>(layer: T, name: string, opens: boolean): T {
  if (layer instanceof L.LayerGroup) {
    layer.eachLayer((one) => reachable(one, name, opens));
    return layer;
  }
  const path = layer as unknown as L.Polyline;
  const node = path.getElement();
  const map = mapOf(layer);
  if (!node || !map) return layer;
  fill(node, { tabindex: 0, role: opens ? "button" : "img", "aria-label": name });
  node.addEventListener("focus", () => {
    const bounds = path.getBounds();
    if (node.matches(":focus-visible") && !map.getBounds().intersects(bounds)) {
      map.panTo(bounds.getCenter(), { animate: false });
    }
  });
  node.addEventListener("keydown", (event) => {
    const { key } = event as KeyboardEvent;
    if (!opens || (key !== "Enter" && key !== " ")) return;
    event.preventDefault();
    layer.openPopup();
  });
  return layer;
}

export const POPUP: L.PopupOptions = { maxWidth: 320, maxHeight: 300 };

/** A point with a symbol and a label, or (kinds without a symbol: names of areas) a label alone. */
function sign(latlng: L.LatLng, item: Properties): L.Marker {
  const { kind, label = "", turn = 0, minzoom = 0, also = [], shift = [0, 0], above = 0 } = item;
  const opens = item.opens ?? Boolean(item.card);
  const [right, down] = shift;
  const mark = isSymbol(kind) ? symbol(kind, turn) : null;
  const name = el("span", { class: "kz-label" }, label);
  const reach = opens ? 12 : 0;
  const icon = L.divIcon({
    className: `kz-place kz-place-${kind}`,
    html: el("div", {}, mark, name),
    iconSize: [2 * reach, 2 * reach],
    iconAnchor: [reach - right, reach - down],
    popupAnchor: [right, down - 8],
  });
  const marker = L.marker(latlng, {
    icon,
    interactive: opens,
    keyboard: opens,
    zIndexOffset: above,
  });
  if (!label) return marker;
  const spots = [
    { at: latlng, zoom: minzoom },
    ...also.map(([x, y, zoom = 0]) => ({ at: L.latLng(y, x), zoom })),
  ];
  const made: Label = {
    title: label,
    rank: item.rank ?? 9,
    shift,
    shown: item.shown ?? [0, 99],
    clear: Boolean(item.clear),
    spots,
    marker,
    name,
    mark,
  };
  (marker as unknown as Drawn).label = made;
  // while it is on a map of ours, its label is one of those that are arranged
  let there: KzMap["kz"] | undefined;
  marker.on("add", () => {
    if (opens) marker.getElement()!.setAttribute("aria-label", made.title);
    there = mapOf(marker)!.kz;
    if (!there) return;
    if (item.key) there.marks[item.key] = marker;
    there.labels.push(made);
    there.arrange();
  });
  marker.on("remove", () => {
    if (!there) return;
    there.labels.splice(there.labels.indexOf(made), 1);
    there.arrange();
  });
  return marker;
}
