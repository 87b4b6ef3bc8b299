// The page of a kzborder map: title and notes beside it, shapes, points and labels on it.
// Text arrives as JSON and enters the document only as text nodes (element.append(string)).
"use strict";

const kzborder = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  // Symbols differ by shape, so that nothing is told by colour alone: symbols.json, in a box of
  // 14 x 14. Signs of crossings: shape by mode, filling by status, by the rule of even and odd, so
  // that a second outline inside the first takes away. Under a hollow sign lies its outline as a
  // plate: else the line of the border would show through and look like a filling.
  const SYMBOLS = {};
  const symbols = (all) => Object.assign(SYMBOLS, all);
  // one formatter for each number of digits: making one costs more than a hundred uses
  const formats = {};
  const format = (digits) => (formats[digits] = formats[digits] || new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  const number = (value, digits = 0) => format(digits).format(value);
  const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  function fill(node, attributes = {}, children = []) {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
    return node;
  }

  // A symbol of SYMBOLS: one path or several. A map may add symbols of its own.
  function symbol(kind, turn = 0) {
    const paths = [SYMBOLS[kind] || SYMBOLS.town].flat();
    const drawing = svg("svg", { viewBox: "0 0 14 14", class: `kz-symbol kz-${kind}`, "aria-hidden": "true" },
      paths.map((d) => svg("path", { d })));
    if (turn) drawing.style.transform = `rotate(${turn}deg)`;
    return drawing;
  }

  // What a click on something shows: the article of the page that has this id
  function card(id) {
    const given = document.getElementById(id);
    return el("div", { class: "kz-card" }, given ? [...given.cloneNode(true).childNodes] : []);
  }

  // A table: names of columns (true after one: numbers); the first cell of a row is its heading
  function table(caption, columns, rows, attributes = {}) {
    const side = (i) => (columns[i][1] ? { class: "kz-number" } : {});
    return el("table", attributes,
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, columns.map(([name], i) => el("th", { scope: "col", ...side(i) }, name)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell, i) =>
        el(i ? "td" : "th", { ...(i ? {} : { scope: "row" }), ...side(i) }, cell))))));
  }

  // The text of the page takes its place around the map, before anything is drawn
  function panel(map, { label, look, corner }) {
    const box = map.getContainer();
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", label);
    // Leaflet takes HTML here: the text of an element, as the browser itself escapes it
    map.attributionControl.addAttribution(el("span", {}, corner).innerHTML);
    const [head, ...text] = [".kz-head", ".kz-reading", ".kz-notes"].map((part) => box.parentNode.querySelector(part));
    document.body.classList.add("kz-page", ...(look ? [look] : []));
    box.before(head);
    box.after(...text);
    if (look === "kz-tabled") document.body.prepend(el("div", { class: "kz-side" }, head, ...text));
    if (look === "kz-with-profile") box.after(el("section", { class: "kz-profile" }));
  }

  // Where a map puts what its own script makes: the place of a note that names a slot
  const slot = (map, name) => map.getContainer().parentNode.querySelector(`[data-slot="${name}"]`);

  // Popups opened with the keyboard take the focus, and give it back
  function focusing(map) {
    let before = null;
    map.on("popupopen", ({ popup }) => {
      const content = popup.getElement().querySelector(".leaflet-popup-content");
      content.tabIndex = 0;
      content.setAttribute("role", "group");
      content.setAttribute("aria-label", "Details");
      before = document.activeElement;
      if (before && before.matches(":focus-visible")) content.focus({ preventScroll: true });
      else before = null;
    });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());
    map.on("popupclose", () => {
      if (before && before.isConnected) before.focus({ preventScroll: true });
      before = null;
    });
  }

  // bounds, narrow and window: west, south, east, north
  const toBounds = ([w, s, e, n]) => L.latLngBounds([s, w], [n, e]);

  // A map less wide than this, in pixels, begins with the part of it called narrow
  const NARROW = 600;

  // Where layers are drawn, by height. A user's tiles lie at 200: they hide our ground, and no more.
  const PANES = {
    relief: 110, land: 120, water: 130, units: 212, lakes: 220, derived: 224, areas: 300,
    under: 390, casing: 396, sectors: 397, lines: 398, border: 400, sites: 420,
  };
  function pane(map, name) {
    if (!map.getPane(name)) map.createPane(name).style.zIndex = PANES[name];
  }

  // bounds, narrow and window: what the map shows first, and what there is to see; parts: what a map
  // adds to its page, each { name: data } a function of this object, called with the map, the data
  // and the layers that are not taken out of the map.
  function page(map, { bounds, narrow, window: limits, parts, ...spec }, layers) {
    const box = map.getContainer();
    panel(map, spec);
    kzborder.map = map;
    map.kz = { labels: [], marks: {}, avoid: [], home: toBounds(bounds) };
    for (const name of Object.keys(PANES)) pane(map, name);
    // layers are made by the rest of this script
    queueMicrotask(() => {
      const found = layers();
      for (const [name, data] of Object.entries(parts)) kzborder[name](map, data, found);
    });
    // Everything that moves in one go is arranged once
    map.kz.arrange = () => {
      if (!map.kz.waiting) queueMicrotask(() => ((map.kz.waiting = false), arrange(map)));
      map.kz.waiting = true;
    };
    const show = (whole = false) => {
      map.setMaxBounds(null); // else it starts to move by itself between the next steps
      map.stop().invalidateSize({ animate: false });
      map.setMinZoom(0); // else a small window could not be left again
      const least = Math.min(map.getBoundsZoom(toBounds(limits), true), map.getBoundsZoom(map.kz.home));
      map.fitBounds(whole || box.clientWidth >= NARROW ? map.kz.home : toBounds(narrow), { animate: false, padding: [14, 14] });
      map.setMinZoom(Math.min(least, map.getZoom())); // a higher one would start a zoom of its own
      map.setMaxBounds(toBounds(limits));
      map.kz.arrange();
    };
    map.kz.show = show;
    // the same, but only if the map has another size than what was drawn
    map.kz.fit = () => {
      const { x, y } = map.getSize();
      if (box.clientWidth !== x || box.clientHeight !== y) show();
    };
    map.options.maxBoundsViscosity = 1;
    show();
    map.setMaxBounds(toBounds(limits));
    L.control.scale({ imperial: false, maxWidth: 140, position: "bottomright" }).addTo(map);
    home(map).addTo(map);
    map.on("moveend resize", map.kz.arrange);
    map.on("zoomend", () => withdraw(map));
    map.on("layeradd", ({ layer }) => layer instanceof L.ImageOverlay && withdraw(map));
    window.addEventListener("load", map.kz.fit);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) map.options.inertia = false;
    focusing(map);
    const printing = (on) => () => {
      map.closePopup();
      document.documentElement.classList.toggle("kz-printing", on);
      show();
    };
    window.addEventListener("beforeprint", printing(true));
    window.addEventListener("afterprint", printing(false));
  }

  // A button that shows the whole map again
  function home(map) {
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const button = el("button", { type: "button", class: "kz-button", title: "Show the whole map", "aria-label": "Show the whole map" }, symbol("home"));
      L.DomEvent.disableClickPropagation(button).on(button, "click", () => map.kz.show(true));
      return el("div", { class: "leaflet-bar" }, button);
    };
    return control;
  }

  // The relief, coarse as it is, withdraws to a quarter between these zooms
  const FADE = [8, 10.5];
  function withdraw(map) {
    const gone = Math.max(0, Math.min(1, (map.getZoom() - FADE[0]) / (FADE[1] - FADE[0])));
    for (const image of map.getContainer().querySelectorAll("img.kz-relief")) image.style.opacity = 1 - 0.75 * gone;
  }

  // Paths are differences of whole numbers, 100 000 to a degree unless told: see _layers.py
  function decode(path, scale = 1e5) {
    const points = [];
    for (let i = 0, x = 0, y = 0; i < path.length; i += 2) {
      x += path[i];
      y += path[i + 1];
      points.push([y / scale, x / scale]);
    }
    return points;
  }

  // A layer of GeoJSON features that came as paths: lines, areas, circles and signs. Each has its
  // style (look) and what it says (tip, card); same: the path is that of another one of them.
  function features(map, items, { scale, interactive, ...options }, each = () => {}) {
    pane(map, options.pane);
    const line = (path) => decode(path, scale).map(([lat, lon]) => [lon, lat]);
    const whole = (type, parts) => (parts.length === 1 ? { type, coordinates: parts[0] } : { type: `Multi${type}`, coordinates: parts });
    const geometry = ({ at, lines, areas, same }) =>
      same !== undefined ? geometry(items[same])
        : at ? { type: "Point", coordinates: at }
          : lines ? whole("LineString", lines.map(line))
            : whole("Polygon", areas.map((rings) => rings.map(line)));
    const style = ({ properties: { look, tip, card: content, opens } }) => ({ interactive: Boolean(interactive || tip || content || opens), ...look });
    const layer = L.geoJson(null, {
      ...options, style,
      pointToLayer: (feature, latlng) =>
        feature.properties.radius ? L.circle(latlng, { ...options, ...style(feature) }) : sign(latlng, feature.properties),
      onEachFeature: (feature, one) => {
        const { tip, title, card: content, highlight } = feature.properties;
        if (tip) one.bindTooltip(el("span", {}, tip), { sticky: true });
        if (content) one.bindPopup(() => card(content), POPUP);
        if ((tip || content) && one.setStyle) whenThere(one, () => reachable(one, tip || title, Boolean(content)));
        if (highlight) one.on({ mouseover: () => one.setStyle(highlight), mouseout: () => layer.resetStyle(one) });
        each(feature, one);
      },
    });
    for (const { at, lines, areas, same, ...properties } of items) {
      if (properties.look.pane) pane(map, properties.look.pane);
      layer.addData({ type: "Feature", properties, geometry: geometry({ at, lines, areas, same }) });
    }
    return layer;
  }

  // The features of a layer, of the layers in it, and so on, each with the layer that holds it
  function each(layer, action, group = null) {
    if (layer && layer.feature) action(layer, layer.feature.properties, group);
    else if (layer && layer.eachLayer) layer.eachLayer((one) => each(one, action, layer));
  }

  // Do something with a layer whenever it comes onto a map, and now if it is on one
  function whenThere(layer, action) {
    layer.on("add", action);
    if (layer._map) action();
  }

  // With the keyboard one comes to a shape that has something to say: it has a name, comes into
  // view, and Enter opens its card
  function reachable(layer, name, opens) {
    if (layer.eachLayer) return layer.eachLayer((one) => reachable(one, name, opens));
    const node = layer.getElement(), map = layer._map;
    fill(node, { tabindex: 0, role: opens ? "button" : "img", "aria-label": name });
    node.addEventListener("focus", () => {
      const bounds = layer.getBounds();
      if (node.matches(":focus-visible") && !map.getBounds().intersects(bounds)) map.panTo(bounds.getCenter(), { animate: false });
    });
    node.addEventListener("keydown", (event) => {
      if (!opens || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      layer.openPopup();
    });
    return layer;
  }

  const POPUP = { maxWidth: 320, maxHeight: 300 };

  // A point with a symbol and a label, or (kinds without a symbol: names of areas) a label alone.
  // rank: 0 and 1 always show their symbol; minzoom: where the label begins; also: further
  // positions for the name of an area, each [lon, lat, minzoom]; shown: the zooms [from, below]
  // between which it is there; shift: pixels right and down; clear: never on a line of map.kz.avoid;
  // opens: a script of the map makes its card, its symbol or its aria-label (marker.label.title).
  function sign(latlng, item) {
    const { kind, label = "", turn = 0, minzoom = 0, also = [], shift: [right, down] = [0, 0], card: content, opens = Boolean(content) } = item;
    const mark = SYMBOLS[kind] ? symbol(kind, turn) : null;
    const name = el("span", { class: "kz-label" }, label);
    const reach = opens ? 12 : 0;
    const icon = L.divIcon({
      className: `kz-place kz-place-${kind}`, html: el("div", {}, mark, name),
      iconSize: [2 * reach, 2 * reach], iconAnchor: [reach - right, reach - down], popupAnchor: [right, down - 8],
    });
    const marker = L.marker(latlng, { icon, interactive: opens, keyboard: opens, zIndexOffset: item.above || 0 });
    const spots = [{ at: latlng, zoom: minzoom }, ...also.map(([x, y, zoom = 0]) => ({ at: L.latLng(y, x), zoom }))];
    if (!label) return marker;
    marker.label = { title: label, rank: 9, shift: [0, 0], shown: [0, 99], ...item, spots, marker, name, mark };
    // while it is on a map of ours, its label is one of those that are arranged
    let there = null;
    marker.on("add", () => {
      if (opens) marker.getElement().setAttribute("aria-label", marker.label.title);
      there = marker._map.kz;
      if (!there) return;
      if (item.key) there.marks[item.key] = marker;
      there.labels.push(marker.label);
      there.arrange();
    });
    marker.on("remove", () => {
      if (!there) return;
      there.labels.splice(there.labels.indexOf(marker.label), 1);
      there.arrange();
    });
    return marker;
  }

  // Where a label may stand: offsets of its upper left corner from its point, best first
  function offsets({ mark, width: w, height: h }) {
    if (!mark) return [[-w / 2, -h / 2]];
    const g = 8;
    return [[g, -h / 2], [-g - w, -h / 2], [g - 3, -h - 2], [g - 3, 2], [3 - g - w, -h - 2], [3 - g - w, 2],
      [-w / 2, -h - g + 1], [-w / 2, g - 1]];
  }

  const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const within = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

  // Boxes of buttons, scale and credits, in the pixels of the labels
  function controls(map, corner) {
    const origin = map.getContainer().getBoundingClientRect();
    return [...map.getContainer().querySelectorAll(".leaflet-control")].map((node) => {
      const { left, top, right, bottom } = node.getBoundingClientRect();
      const dx = corner.x - origin.left, dy = corner.y - origin.top;
      return [left + dx, top + dy, right + dx, bottom + dy];
    });
  }

  // Labels never cover each other or a button, and are never cut by the edge of the map: the more
  // important one stays. Where they can, they keep off the lines of map.kz.avoid.
  function arrange(map) {
    map.kz.labels.sort((a, b) => a.rank - b.rank);
    const zoom = map.getZoom();
    // first write, then read: a read between two writes would lay the whole page out again
    const there = map.kz.labels.filter(({ marker, name, shown, width }) => {
      const element = marker.getElement();
      element.hidden = zoom < shown[0] || zoom >= shown[1];
      if (!element.hidden && !width) name.hidden = false;
      return !element.hidden;
    });
    for (const label of there) {
      if (label.width) continue;
      label.width = label.name.offsetWidth;
      label.height = label.name.offsetHeight;
    }
    const corner = map.containerPointToLayerPoint([0, 0]);
    const size = map.getSize();
    const view = [corner.x + 3, corner.y + 3, corner.x + size.x - 3, corner.y + size.y - 3];
    const lines = map.kz.avoid.map((p) => map.latLngToLayerPoint(p));
    const crossed = (box) => lines.filter((p) => overlap([p.x, p.y, p.x, p.y], box)).length;
    const taken = [...controls(map, corner), ...(map.kz.blocks ? map.kz.blocks() : [])];
    for (const label of there) {
      const { marker, name, mark, rank, shift } = label;
      const element = marker.getElement();
      let best = null;
      for (const { at } of label.spots.filter((s) => zoom >= s.zoom)) {
        const place = map.latLngToLayerPoint(at);
        const x = place.x + shift[0], y = place.y + shift[1];
        const own = mark ? [x - 4, y - 4, x + 4, y + 4] : null;
        if (own && rank > 1 && taken.some((t) => overlap(own, t))) continue;
        offsets(label).forEach(([dx, dy], order) => {
          const box = [x + dx - 2, y + dy, x + dx + label.width + 2, y + dy + label.height];
          if (taken.some((t) => overlap(box, t))) return;
          if (overlap(box, view) && !within(box, view)) return;
          const crossings = mark || label.clear ? crossed(box) : 0;
          if (label.clear && crossings) return;
          if (rank > 2 && crossings > 1) return;
          const cost = order + 4 * crossings;
          if (!best || cost < best.cost) best = { cost, box, own, at, dx, dy };
        });
        if (best) break;
      }
      name.hidden = !best;
      element.hidden = !best && !(mark && rank <= 1);
      if (!best) continue;
      // only where it moved: an open popup would pull the map back to its marker
      if (!marker.getLatLng().equals(best.at)) marker.setLatLng(best.at);
      name.style.transform = `translate(${Math.round(best.dx)}px, ${Math.round(best.dy)}px)`;
      taken.push(best.box, ...(best.own ? [best.own] : []));
    }
  }

  // what lies beyond the view is drawn so far that a small step of the map shows no empty edge
  L.Renderer.mergeOptions({ padding: 0.4 });

  return { symbols, el, svg, number, symbol, card, table, slot, page, features, each, decode, arrange, reachable, whenThere };
})();
