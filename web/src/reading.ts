// The border drawn and read: sectors by kind of ground, and what lies at the pointer.
import type { ReadingData, Stretch } from "./contract.ts";
import { address, calm, el, number, symbol } from "./core.ts";
import { type BorderMap, holding, type LatLng, type Place } from "./line.ts";

export const sectors = (
  map: BorderMap,
  stretches: Stretch[],
  layers: { sectors: L.Layer | null },
) => {
  const { line } = map.kz;
  map.kz.sectors = stretches;
  map.kz.ground = layers.sectors;
  map.kz.stretch = (from, to, className, pane) =>
    L.polyline(line.cut(from, to), { pane, className, interactive: false });
};

const HINT =
  "Move along the line or the profile, or click anywhere on the map. With the keyboard: arrows move the map, Enter reads its centre.";

/** A place in words. */
export const degrees = ({ lat, lng }: LatLng, digits = 3) =>
  `${lat.toFixed(digits)}° N, ${lng.toFixed(digits)}° E`;

/** How far a place is from the line, and on which side. */
export function awayFrom(metres: number, country: string): string {
  const away = metres / 1000;
  if (away < 0.02) return "on the border, as near as it is drawn";
  const where = country ? `on the side of ${country}` : "beyond its end";
  return `${number(away, away < 100 ? 2 : 1)} km from the border (geodesic), ${where}`;
}

export const reading = (map: BorderMap, { ends, tables, heights, countries }: ReadingData) => {
  const { line, sectors } = map.kz;
  map.kz.heights = heights;
  const icon = (kind: string) =>
    L.divIcon({
      className: "kz-place",
      html: symbol(kind) as unknown as HTMLElement,
      iconSize: [0, 0],
    });
  const still = { interactive: false, keyboard: false, zIndexOffset: 1000 };
  const marker = L.marker(line.points[0], { icon: icon("here"), ...still });
  const pick = L.marker(line.points[0], { icon: icon("pick"), ...still });
  const thread = L.polyline([], { pane: "lines", className: "kz-thread", interactive: false });

  const title = el("h2", {}, "Along the line");
  const big = el("strong");
  const where = el("span");
  const rest = el("p", { class: "kz-reading-click" }, HINT);
  const facts = el("dl", { class: "kz-facts" });
  const live = el("p", { class: "kz-sr", "aria-live": "polite" });
  const free = el(
    "button",
    { type: "button", class: "kz-link kz-free", hidden: "" },
    "Back to reading along the line",
  );
  free.addEventListener("click", () => {
    forget();
    address.changed();
  });
  map
    .getContainer()
    .parentNode!.querySelector(".kz-reading")!
    .append(title, el("p", { class: "kz-reading-now" }, big, where), facts, rest, free, live);

  // Height between two kilometres of the profile
  map.kz.height = (km) => {
    const i = Math.min(Math.floor(km), heights.length - 2);
    const step = i === heights.length - 2 ? line.total - i : 1;
    return heights[i] + ((km - i) / step) * (heights[i + 1] - heights[i]);
  };
  const unitsAt = (km: number) =>
    Object.entries(tables).map(
      ([side, levels]) => [side, levels.map((t) => holding(t, km).name).join(", ")] as const,
    );

  map.kz.followers.push((place) => {
    marker.setLatLng(place.latlng);
    big.textContent = `km ${number(place.km, 1)}`;
    where.textContent = degrees(place.latlng);
    const sector = holding(sectors, place.km);
    const rows = [
      ["Ground", `about ${number(map.kz.height(place.km))} m`],
      ["Sector", `${sector.name} (${sector.kind})`],
      ...unitsAt(place.km),
      [
        "To the ends",
        `${number(place.km, 0)} km to ${ends[0]}, ${number(line.total - place.km, 0)} km to ${ends[1]}`,
      ],
    ];
    facts.replaceChildren(
      ...rows.flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]),
    );
  });

  // A place is read until the reader lets it go or moves along the line by hand: the pointer that
  // only passes over the line would else tell of a second place beside it
  let picked: LatLng | null = null;
  map.kz.pinned = () => picked !== null;
  function forget() {
    picked = null;
    pick.remove();
    thread.remove();
    title.textContent = "Along the line";
    rest.textContent = live.textContent = "";
    free.hidden = true;
  }

  // What a click says: where, how far from the border, on which side
  function read(latlng: LatLng) {
    const place = line.nearest(latlng);
    picked = latlng;
    title.textContent = "Your place";
    free.hidden = false;
    marker.addTo(map);
    map.kz.go(place, "click");
    const far = awayFrom(line.distance(latlng, place.latlng), countries[line.side(latlng, place)]);
    rest.textContent = `Your place, ${degrees(latlng, 4)}: ${far}. Nearest point of the border: km ${number(place.km, 1)}.`;
    pick.setLatLng(latlng).addTo(map);
    thread.setLatLngs([latlng, place.latlng]).addTo(map);
    const units = unitsAt(place.km).map(([name, text]) => `${name}: ${text}`);
    live.textContent = `${rest.textContent} ${units.join(". ")}.`;
    address.changed();
  }
  map.kz.read = read;

  map.on("mousemove", ({ latlng, containerPoint }: L.LeafletMouseEvent) => {
    if (picked) return;
    const place = line.nearest(latlng);
    if (map.latLngToContainerPoint(place.latlng).distanceTo(containerPoint) > 24) return;
    marker.addTo(map);
    map.kz.go(place, "pointer");
  });
  map.on("click", ({ latlng }: L.LeafletMouseEvent) => read(latlng));
  // with keys, the middle of the map is marked and Enter reads it
  const container = map.getContainer();
  container.addEventListener("keyup", () => container.classList.add("kz-keys"));
  container.addEventListener("pointerdown", () => container.classList.remove("kz-keys"));
  container.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === container) read(map.getCenter());
  });
  map.kz.followers.push((place, by) => {
    if (by !== "profile" && by !== "hover") return;
    marker.addTo(map);
    forget();
    if (by === "profile") {
      if (!map.getBounds().contains(place.latlng))
        map.panTo(place.latlng, {
          animate: !calm(),
        });
    }
  });

  // a place by its latitude and longitude, or a kilometre of the line that was chosen
  let stop: Place | null = null;
  map.kz.followers.push((place, by) => {
    if (by === "profile" || by === "settled") stop = place;
    if (by === "click") stop = null;
    if (by === "settled") address.changed();
  });
  address.keep("place", {
    read: () =>
      picked ? `${picked.lat.toFixed(4)},${picked.lng.toFixed(4)}` : (stop?.km.toFixed(1) ?? ""),
    apply: (value) => {
      const [a, b] = value ? value.split(",").map(Number) : [];
      if (Math.abs(a) <= 90 && Math.abs(b) <= 180) return read({ lat: a, lng: b });
      forget();
      stop = null;
      const alone = Number.isFinite(a) && b === undefined;
      if (alone) marker.addTo(map);
      else marker.remove();
      const km = alone ? Math.max(0, Math.min(line.total, a)) : 0;
      map.kz.go(line.along(km), alone ? "settled" : "start");
    },
  });
  map.kz.go(line.along(0), "start");
  map.kz.arrange();
};
