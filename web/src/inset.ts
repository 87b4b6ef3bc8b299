// An overview in the corner of the map with the frame of the view, wherever that leaves the region.
import type { InsetData } from "./contract.ts";
import { decode, el, type KzMap, svg } from "./core.ts";

const UNITS = 10;
const project = (place: L.LatLng) => L.Projection.SphericalMercator.project(place);
/** Pixels of the overview to a metre of the projection. */
const SCALE = 8.2e-6;
const FROM = project(L.latLng(72, 0));
const SIZE = project(L.latLng(4, 168)).subtract(FROM).multiplyBy(SCALE);

const at = (lat: number, lng: number) => {
  const { x, y } = project(L.latLng(lat, lng)).subtract(FROM).multiplyBy(SCALE);
  return L.point(x, -y);
};

export function inset(map: KzMap, { land, names }: InsetData): void {
  const outline = land
    .map((path) => decode(path, UNITS).map(([lat, lon]) => at(lat, lon)))
    .map((points) => `M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`);
  const frame = svg("rect", { class: "kz-inset-view" });
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${SIZE.x} ${-SIZE.y}`, "aria-hidden": "true" },
    svg("path", { d: outline.join(""), class: "kz-inset-land" }),
    names.map(({ text, lat, lon }) => svg("text", { ...at(lat, lon) }, text)),
    frame,
  );
  const box = el("div", { class: "kz-inset", role: "img" }, drawing);
  const control = new L.Control({ position: "bottomleft" });
  control.onAdd = () => box;
  control.addTo(map);

  function follow() {
    const view = map.getBounds();
    box.hidden = map.kz.home.pad(0.25).contains(view.getCenter());
    const [a, b] = [at(view.getNorth(), view.getWest()), at(view.getSouth(), view.getEast())];
    // a view of few pixels is still a mark that one sees
    const [w, h] = [Math.max(b.x - a.x, 7), Math.max(b.y - a.y, 5)];
    const middle = a.add(b).divideBy(2);
    const { lat, lng } = view.getCenter();
    box.setAttribute(
      "aria-label",
      `Overview: the view is around ${lat.toFixed(0)}° N, ${lng.toFixed(0)}° E`,
    );
    for (const [name, value] of Object.entries({
      x: middle.x - w / 2,
      y: middle.y - h / 2,
      width: w,
      height: h,
    })) {
      frame.setAttribute(name, value.toFixed(1));
    }
  }
  map.on("moveend resize", follow);
  follow();
}
