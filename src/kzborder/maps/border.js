// Reading the border: the nearest point of the line to the pointer, with its chainage.
"use strict";

// path: the line as drawn; m: chainage of its vertices in metres, as differences; ends: two names
kzborder.walk = (map, { path, m, ends, length_km: total }) => {
  const { el, symbol } = kzborder;
  const line = kzborder.decode(path).map((p) => L.latLng(p));
  let sum = 0;
  const km = m.map((step) => (sum += step) / 1000);
  const flat = line.map((p) => L.CRS.EPSG3857.latLngToPoint(p, 0)); // pixels at zoom 0
  const renderer = L.svg({ pane: "lines", padding: 0.4 });
  for (const kind of ["border-casing", "border-line"]) {
    L.polyline(line, { renderer, pane: "lines", className: `kz-${kind}`, interactive: false }).addTo(map);
  }
  // labels keep off the line: a point every 4 km is dense enough at the zooms of a whole map
  let last = -4;
  map.kz.avoid = line.filter((_, i) => km[i] - last >= 4 && ((last = km[i]), true));

  const icon = L.divIcon({ className: "kz-place", html: symbol("here"), iconSize: [0, 0] });
  const marker = L.marker(line[0], { icon, interactive: false, keyboard: false, zIndexOffset: 1000 });

  const at = (i, t) => ({
    latlng: L.latLng(line[i].lat + t * (line[i + 1].lat - line[i].lat), line[i].lng + t * (line[i + 1].lng - line[i].lng)),
    km: km[i] + t * (km[i + 1] - km[i]),
  });

  function nearest(latlng) {
    const p = L.CRS.EPSG3857.latLngToPoint(latlng, 0);
    let best = { d2: Infinity };
    for (let i = 0; i + 1 < flat.length; i++) {
      const a = flat[i], b = flat[i + 1];
      const dx = b.x - a.x, dy = b.y - a.y;
      const t = Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
      const d2 = (a.x + t * dx - p.x) ** 2 + (a.y + t * dy - p.y) ** 2;
      if (d2 < best.d2) best = { d2, i, t };
    }
    return at(best.i, best.t);
  }

  function along(wanted) {
    let i = km.findIndex((k) => k > wanted) - 1;
    if (i < 0) i = km.length - 2;
    return at(i, Math.max(0, Math.min(1, (wanted - km[i]) / (km[i + 1] - km[i]))));
  }

  const HINT = "Move along the line, click anywhere on the map, or use the slider.";
  const number = (value, digits = 1) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const big = el("strong");
  const where = el("span");
  const rest = el("p");
  const slider = el("input", { type: "range", min: "0", max: String(total), step: "1", "aria-label": "Kilometre along the border" });
  const live = el("p", { class: "kz-sr", "aria-live": "polite" });
  map.getContainer().parentNode.querySelector(".kz-reading").append(
    el("h2", {}, "Along the line"),
    el("p", { class: "kz-reading-now" }, big, where),
    slider,
    el("p", { class: "kz-reading-ends" }, el("span", {}, `0, ${ends[0]}`), el("span", {}, `${ends[1]}, ${number(total, 0)}`)),
    rest, live);

  function show(place, note) {
    marker.setLatLng(place.latlng);
    if (note !== HINT) marker.addTo(map);
    big.textContent = `km ${number(place.km)}`;
    where.textContent = `${place.latlng.lat.toFixed(3)}° N, ${place.latlng.lng.toFixed(3)}° E`;
    rest.textContent = note || `${number(total - place.km)} km remain to the other end.`;
    slider.value = String(Math.round(place.km));
    slider.setAttribute("aria-valuetext", `kilometre ${number(place.km)}`);
  }

  map.on("mousemove", ({ latlng, containerPoint }) => {
    const place = nearest(latlng);
    if (map.latLngToContainerPoint(place.latlng).distanceTo(containerPoint) < 24) show(place);
  });
  map.on("click", ({ latlng }) => {
    const place = nearest(latlng);
    const away = map.distance(latlng, place.latlng) / 1000;
    show(place, away < 1 ? "" : `The nearest point of the line to your click, about ${number(away, 0)} km away.`);
    live.textContent = `${big.textContent}. ${rest.textContent}`;
  });
  slider.addEventListener("input", () => {
    const place = along(Number(slider.value));
    show(place);
    if (!map.getBounds().contains(place.latlng)) map.panTo(place.latlng);
  });
  show(along(0), HINT);
  kzborder.arrange(map);
};
