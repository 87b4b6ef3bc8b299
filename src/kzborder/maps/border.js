// The border drawn and read: sectors by kind of ground, and what lies at the pointer.
"use strict";

// Signs of crossings: shape by mode, filling by status, all in a box of 14 x 14 and by the rule of
// even and odd, so that a second outline inside the first takes away. Under a hollow sign lies its
// outline as a plate: else the line of the border would show through and look like a filling.
{
  const outlines = {
    road: ["M2 2H12V12H2Z", "M3.6 3.6H10.4V10.4H3.6Z"],
    rail: ["M7 .2 13.8 7 7 13.8.2 7Z", "M7 2.4 11.6 7 7 11.6 2.4 7Z"],
    pipeline: ["M7 1 13.6 12.6H.4Z", "M7 4.2 10.9 11H3.1Z"],
    zone: ["M4.6 1H9.4V4.6H13V9.4H9.4V13H4.6V9.4H1V4.6H4.6Z", "M6 2.4H8V6H11.6V8H8V11.6H6V8H2.4V6H6Z"],
  };
  for (const [mode, [outer, inner]] of Object.entries(outlines)) {
    kzborder.SYMBOLS[`${mode}-open`] = outer;
    kzborder.SYMBOLS[`${mode}-building`] = [outer, `${outer}${inner}M0 7H14V14H0Z`];
    kzborder.SYMBOLS[`${mode}-replaced`] = [outer, `${outer}${inner}M5.6 5.6H8.4V8.4H5.6Z`];
    kzborder.SYMBOLS[`${mode}-never`] = [outer, `${outer}${inner}`];
  }
  // half of it: the lower half is filled, the upper one empty
  kzborder.SYMBOLS["road-building"][1] = "M2 2H12V12H2ZM3.6 3.6H10.4V7H3.6Z";
  kzborder.SYMBOLS["rail-building"][1] = "M7 .2 13.8 7 7 13.8.2 7ZM7 2.4 11.6 7H2.4Z";
  kzborder.SYMBOLS["pipeline-building"][1] = "M7 1 13.6 12.6H.4ZM7 4.2 9.2 8.2H4.8Z";
  Object.assign(kzborder.SYMBOLS, {
    group: "M0 0H10V2H2V10H0ZM4 4H14V14H4Z",
    stretch: "M1 7H13",
    doubt: "M1 7a6 6 0 1 0 12 0a6 6 0 1 0-12 0Z",
    crest: ["M0 7H14", "M1.5 3V11M5 3V11M8.5 3V11M12 3V11"],
    foothills: ["M0 7H14", "M3.5 4V10M10.5 4V10"],
    river: kzborder.SYMBOLS.river,
    "line-river": ["M0 7H14", "M0 7H14"],
    plain: ["M0 7H14"],
    tick: "M4 7H10",
    pick: "M7 1V5M7 9V13M1 7H5M9 7H13",
  });
}

// sectors: { from, to, kind, name } that tile the line
kzborder.sectors = (map, sectors, layers) => {
  const { line } = map.kz;
  map.kz.sectors = sectors;
  map.kz.ground = layers.sectors;
  map.kz.stretch = (from, to, className, pane) => L.polyline(line.cut(from, to), { pane, className, interactive: false });
};

// tables: { side: [stretches of a level, ...] } of what lies at a kilometre; heights: one a kilometre
kzborder.reading = (map, { ends, tables, heights, countries }) => {
  const { el, symbol, number, geodesic, holding } = kzborder;
  const { line, sectors } = map.kz;
  map.kz.heights = heights;
  const icon = (kind) => L.divIcon({ className: "kz-place", html: symbol(kind), iconSize: [0, 0] });
  const still = { interactive: false, keyboard: false, zIndexOffset: 1000 };
  const marker = L.marker(line.points[0], { icon: icon("here"), ...still });
  const pick = L.marker(line.points[0], { icon: icon("pick"), ...still });
  const thread = L.polyline([], { pane: "lines", className: "kz-thread", interactive: false });

  const HINT = "Move along the line or the profile, or click anywhere on the map. With the keyboard: arrows move the map, Enter reads its centre.";
  const big = el("strong");
  const where = el("span");
  const rest = el("p", { class: "kz-reading-click" }, HINT);
  const facts = el("dl", { class: "kz-facts" });
  const live = el("p", { class: "kz-sr", "aria-live": "polite" });
  map.getContainer().parentNode.querySelector(".kz-reading").append(
    el("h2", {}, "Along the line"),
    el("p", { class: "kz-reading-now" }, big, where), facts, rest, live);

  // Height between two kilometres of the profile
  map.kz.height = (km) => {
    const i = Math.min(Math.floor(km), heights.length - 2);
    const step = i === heights.length - 2 ? line.total - i : 1;
    return heights[i] + ((km - i) / step) * (heights[i + 1] - heights[i]);
  };
  const degrees = ({ lat, lng }, digits = 3) => `${lat.toFixed(digits)}° N, ${lng.toFixed(digits)}° E`;

  map.kz.followers.push((place) => {
    marker.setLatLng(place.latlng);
    big.textContent = `km ${number(place.km, 1)}`;
    where.textContent = degrees(place.latlng);
    const sector = holding(sectors, place.km);
    const rows = [["Ground", `about ${number(map.kz.height(place.km))} m`], ["Sector", `${sector.name} (${sector.kind})`],
      ...Object.entries(tables).map(([side, levels]) => [side, levels.map((t) => holding(t, place.km).name).join(", ")]),
      ["To the ends", `${number(place.km, 0)} km to ${ends[0]}, ${number(line.total - place.km, 0)} km to ${ends[1]}`]];
    facts.replaceChildren(...rows.flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]));
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
    const far = on ? "on the border, as near as it is drawn"
      : `${number(away, away < 100 ? 2 : 1)} km from the border (geodesic), ${side ? `on the side of ${countries[side]}` : "beyond its end"}`;
    marker.addTo(map);
    map.kz.go(place, "click");
    // with its own kilometre: what stands above follows the pointer
    rest.textContent = `Your place, ${degrees(latlng, 4)}: ${far}. Nearest point of the border: km ${number(place.km, 1)}.`;
    pick.setLatLng(latlng).addTo(map);
    thread.setLatLngs([latlng, place.latlng]).addTo(map);
    const units = Object.entries(tables).map(([name, levels]) => `${name}: ${levels.map((t) => holding(t, place.km).name).join(", ")}`);
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
      if (!map.getBounds().contains(place.latlng)) map.panTo(place.latlng, { animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
    }
  });
  map.kz.go(line.along(0), "start");
  map.kz.arrange();
};

// The list of crossings beside the map: a button shows its crossing on the map
kzborder.crossings = (map, { caption, rows }) => {
  const { el, symbol, number, slot, table } = kzborder;
  const show = (id, zoom) => () => {
    const marker = map.kz.marks[id];
    if (!marker) return;
    map.setView(marker.getLatLng(), Math.max(map.getZoom(), zoom), { animate: false });
    map.getContainer().scrollIntoView({ block: "nearest" });
    marker.openPopup();
  };
  slot(map, "crossings").append(table(caption, [["Crossing"], ["km", true]], rows.map(({ id, kind, name, what, km }) => {
    const button = el("button", { type: "button", class: "kz-link" }, symbol(kind), name);
    button.addEventListener("click", show(id, 10));
    return [[button, el("small", {}, what)], number(km, 1)];
  }), { class: "kz-table kz-crossing-table" }));
};

// A card in full beside the map, for print and for whoever does not open it on the map
kzborder.dossier = (map, { slot, summary, card }) => {
  const { el } = kzborder;
  kzborder.slot(map, slot).append(el("details", {}, el("summary", {}, summary), kzborder.card({ ...card, title: "" })));
};
