// The border drawn and read: sectors by kind of ground, and what lies at the pointer.
// sectors: { from, to, kind, name } that tile the line
// @ts-nocheck
import { el, number, slot, symbol } from "./core.ts";
import { geodesic, holding } from "./line.ts";

export const sectors = (map, sectors, layers) => {
  const { line } = map.kz;
  map.kz.sectors = sectors;
  map.kz.ground = layers.sectors;
  map.kz.stretch = (from, to, className, pane) =>
    L.polyline(line.cut(from, to), { pane, className, interactive: false });
};

// tables: { side: [stretches of a level, ...] } of what lies at a kilometre; heights: one a kilometre
export const reading = (map, { ends, tables, heights, countries }) => {
  const { line, sectors } = map.kz;
  map.kz.heights = heights;
  const icon = (kind) => L.divIcon({ className: "kz-place", html: symbol(kind), iconSize: [0, 0] });
  const still = { interactive: false, keyboard: false, zIndexOffset: 1000 };
  const marker = L.marker(line.points[0], { icon: icon("here"), ...still });
  const pick = L.marker(line.points[0], { icon: icon("pick"), ...still });
  const thread = L.polyline([], { pane: "lines", className: "kz-thread", interactive: false });

  const HINT =
    "Move along the line or the profile, or click anywhere on the map. With the keyboard: arrows move the map, Enter reads its centre.";
  const big = el("strong");
  const where = el("span");
  const rest = el("p", { class: "kz-reading-click" }, HINT);
  const facts = el("dl", { class: "kz-facts" });
  const live = el("p", { class: "kz-sr", "aria-live": "polite" });
  map
    .getContainer()
    .parentNode.querySelector(".kz-reading")
    .append(
      el("h2", {}, "Along the line"),
      el("p", { class: "kz-reading-now" }, big, where),
      facts,
      rest,
      live,
    );

  // Height between two kilometres of the profile
  map.kz.height = (km) => {
    const i = Math.min(Math.floor(km), heights.length - 2);
    const step = i === heights.length - 2 ? line.total - i : 1;
    return heights[i] + ((km - i) / step) * (heights[i + 1] - heights[i]);
  };
  const degrees = ({ lat, lng }, digits = 3) =>
    `${lat.toFixed(digits)}° N, ${lng.toFixed(digits)}° E`;

  map.kz.followers.push((place) => {
    marker.setLatLng(place.latlng);
    big.textContent = `km ${number(place.km, 1)}`;
    where.textContent = degrees(place.latlng);
    const sector = holding(sectors, place.km);
    const rows = [
      ["Ground", `about ${number(map.kz.height(place.km))} m`],
      ["Sector", `${sector.name} (${sector.kind})`],
      ...Object.entries(tables).map(([side, levels]) => [
        side,
        levels.map((t) => holding(t, place.km).name).join(", "),
      ]),
      [
        "To the ends",
        `${number(place.km, 0)} km to ${ends[0]}, ${number(line.total - place.km, 0)} km to ${ends[1]}`,
      ],
    ];
    facts.replaceChildren(
      ...rows.flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]),
    );
  });

  function forget() {
    pick.remove();
    thread.remove();
    rest.textContent = "";
  }

  // What a click says: where, how far from the border, on which side
  function read(latlng) {
    const place = line.nearest(latlng);
    const away = geodesic(latlng, place.latlng) / 1000;
    const side = line.side(latlng, place);
    const on = away < 0.02;
    const far = on
      ? "on the border, as near as it is drawn"
      : `${number(away, away < 100 ? 2 : 1)} km from the border (geodesic), ${side ? `on the side of ${countries[side]}` : "beyond its end"}`;
    marker.addTo(map);
    map.kz.go(place, "click");
    // with its own kilometre: what stands above follows the pointer
    rest.textContent = `Your place, ${degrees(latlng, 4)}: ${far}. Nearest point of the border: km ${number(place.km, 1)}.`;
    pick.setLatLng(latlng).addTo(map);
    thread.setLatLngs([latlng, place.latlng]).addTo(map);
    const units = Object.entries(tables).map(
      ([name, levels]) => `${name}: ${levels.map((t) => holding(t, place.km).name).join(", ")}`,
    );
    live.textContent = `${rest.textContent} ${units.join(". ")}.`;
  }
  map.kz.read = read;

  map.on("mousemove", ({ latlng, containerPoint }) => {
    const place = line.nearest(latlng);
    if (map.latLngToContainerPoint(place.latlng).distanceTo(containerPoint) > 24) return;
    marker.addTo(map);
    map.kz.go(place, "pointer");
  });
  map.on("click", ({ latlng }) => read(latlng));
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
      live.textContent = "";
      if (!map.getBounds().contains(place.latlng))
        map.panTo(place.latlng, {
          animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
        });
    }
  });
  map.kz.go(line.along(0), "start");
  map.kz.arrange();
};

// The list of crossings beside the map: a button shows its crossing on the map
export const crossings = (map) => {
  for (const button of slot(map, "crossings").querySelectorAll("[data-crossing]")) {
    button.addEventListener("click", () => {
      const marker = map.kz.marks[button.dataset.crossing];
      if (!marker) return;
      map.setView(marker.getLatLng(), Math.max(map.getZoom(), 10), { animate: false });
      map.getContainer().scrollIntoView({ block: "nearest" });
      marker.openPopup();
    });
  }
};
