// The notes beside the map. The address (#note-7) is the only state: links, markers, keys and the
// back button all change it, and one function follows it.
// @ts-nocheck
import { arrange, decode, each, el, parts, reachable, svg, whenThere } from "./core.ts";

export const story = (map, { notes, groups, features, signs, nowhere }, layers) => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const page = map.getContainer().parentNode;
  const story = document.getElementById("kz-story");
  const byNumber = new Map(notes.map((note) => [note.n, note]));
  const item = (n) => document.getElementById(`note-${n}`);
  const shown = new Set(Object.keys(signs));
  const visible = (n) => shown.has(byNumber.get(n).verdict) || !(byNumber.get(n).verdict in signs);
  let current = 0;

  function sign(verdict) {
    const box = svg("svg", { viewBox: "0 0 24 24", class: "kz-sign", "aria-hidden": "true" });
    box.append(svg("path", { d: signs[verdict] || signs.unverifiable }));
    return box;
  }
  const noteLink = (n) =>
    el("a", { href: `#note-${n}`, class: "kz-note-link" }, `${n} ${byNumber.get(n).title}`);

  // ---- features: outlines, lines and circles; each card lists its notes ----
  const about = (key) => notes.filter((note) => note.features.includes(key)).map((note) => note.n);
  function cardOf(key) {
    const numbers = about(key);
    return el(
      "div",
      { class: "kz-card" },
      el("h2", {}, features[key].title),
      el("p", {}, numbers.length ? "Notes about it:" : "No note is about it."),
      el(
        "ul",
        { class: "kz-card-notes" },
        numbers.map((n) => el("li", {}, noteLink(n))),
      ),
    );
  }
  const circle = ([lon, lat, radius], className, pane, interactive) =>
    L.circle([lat, lon], { radius: Math.max(radius, 1), className, pane, interactive });
  // what can be touched, and is drawn already: by key
  const drawn = {};
  const told = (layer, key) =>
    layer
      .bindPopup(() => cardOf(key), { maxHeight: 260, autoPanPadding: [12, 12] })
      .bindTooltip(el("span", {}, features[key].title), { sticky: true });
  const reach = (layer, key) => reachable(layer, features[key].title, true);
  function layerOf(key, className) {
    const { paths, circles } = features[key];
    if (circles)
      return told(L.featureGroup(circles.map((c) => circle(c, className, "lines", true))), key);
    if (!paths && !drawn[key]) return null; // taken out of the map
    const area = className === "kz-lit-area";
    const options = { pane: area ? "areas" : "lines", className, interactive: false, fill: area };
    return (area ? L.polygon : L.polyline)(
      paths ? paths.map((p) => decode(p)) : drawn[key].getLatLngs(),
      options,
    );
  }
  for (const group of [layers.countries, layers.border]) {
    each(group, (layer, { key }) => {
      if (!features[key]) return;
      drawn[key] = told(layer, key);
      whenThere(layer, () => reach(layer, key));
    });
  }
  if (drawn["border/*"])
    map.kz.avoid = drawn["border/*"]
      .getLatLngs()
      .flat()
      .filter((_, i) => i % 12 === 0);
  const lit = L.layerGroup().addTo(map);

  // ---- places: circles that hold the true place, and numbers in a row beside them ----
  each(layers.notes, (layer, { key }) => key && (groups[key].marker = layer));
  const placed = groups.filter((group) => group.marker);
  for (const group of placed) {
    group.at = L.latLng(group.lat, group.lon);
    group.line = svg("path", { class: "kz-leader" });
    const lead = svg("svg", { class: "kz-leaders", "aria-hidden": "true" });
    lead.append(
      group.line,
      svg("circle", {
        r: 3.2,
        class: group.circles.length ? "kz-anchor" : "kz-anchor kz-anchor-line",
      }),
    );
    group.badges = group.notes.map((n) => {
      const { verdict, title } = byNumber.get(n);
      const badge = el(
        "a",
        {
          href: `#note-${n}`,
          class: `kz-badge kz-badge-${verdict in signs ? verdict : "other"}`,
          "aria-label": `Note ${n}, ${verdict}: ${title}`,
          title: `${n} ${title} (${verdict})`,
        },
        sign(verdict),
        el("span", {}, String(n)),
      );
      badge.dataset.note = n;
      return badge;
    });
    group.label = el("span", { class: "kz-group-name", "aria-hidden": "true" });
    group.row = el(
      "div",
      { class: "kz-badges", role: "group", "aria-label": group.name },
      group.label,
      group.badges,
    );
    L.DomEvent.disableClickPropagation(group.row);
    // with the keyboard one may come to a number outside the view: bring its place into it
    group.row.addEventListener(
      "focusin",
      () =>
        group.away || map.getBounds().contains(group.at) || map.panTo(group.at, { animate: false }),
    );
    group.marker.options.icon.options.html.replaceChildren(lead, group.row);
  }
  const SIZE = 24,
    IN_ROW = 6;
  const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  // Rows of numbers never cover each other, a place or a button: they look for room around theirs
  function blocks() {
    const groups = placed.filter((group) => group.marker._map);
    const corner = map.containerPointToLayerPoint([0, 0]),
      size = map.getSize();
    const inside = ([l, t, r, b]) =>
      l >= corner.x + 2 &&
      t >= corner.y + 2 &&
      r <= corner.x + size.x - 2 &&
      b <= corner.y + size.y - 2;
    const origin = map.getContainer().getBoundingClientRect();
    const buttons = [...map.getContainer().querySelectorAll(".leaflet-control")].map((node) => {
      const { left, top, right, bottom } = node.getBoundingClientRect();
      const dx = corner.x - origin.left,
        dy = corner.y - origin.top;
      return [left + dx - 4, top + dy - 4, right + dx + 4, bottom + dy + 4];
    });
    // near the whole map, places outside the view keep their numbers at its edge
    const edge = map.getZoom() <= map.getBoundsZoom(map.kz.home) + 0.3 ? 34 : -1e6;
    const spots = groups.map((group) => {
      const { x, y } = map.latLngToLayerPoint(group.at);
      group.away = edge > 0 && !inside([x, y, x, y]);
      return group.away
        ? L.point(
            Math.max(corner.x + edge, Math.min(corner.x + size.x - edge, x)),
            Math.max(corner.y + edge, Math.min(corner.y + size.y - edge, y)),
          )
        : L.point(x, y);
    });
    const taken = [...buttons, ...spots.map(({ x, y }) => [x - 5, y - 5, x + 5, y + 5])];
    // first write, then read: see arrange
    const rows = groups
      .map((group, i) => {
        const count = group.notes.filter(visible).length;
        group.marker.getElement().hidden = !count;
        if (!count) return null;
        const { x, y } = spots[i];
        const at = map.latLngToLayerPoint(group.at);
        const named = group.away || (group.circles.length && size.x > 520);
        const label = group.away ? (at.x < x ? `← ${group.name}` : `${group.name} →`) : group.name;
        if (group.label.textContent !== label) group.label.textContent = label;
        group.row.classList.toggle("kz-named", Boolean(named));
        group.row.classList.toggle("kz-east", group.away && at.x > x);
        return { group, count, at, x, y, named };
      })
      .filter(Boolean);
    for (const row of rows) row.wide = row.named ? row.group.label.offsetWidth : 0;
    for (const { group, count, at, x, y, named, wide } of rows) {
      const w = Math.max(Math.min(count, IN_ROW) * SIZE, wide);
      const h = Math.ceil(count / IN_ROW) * SIZE + (named ? 16 : 0);
      group.row.style.width = `${w}px`;
      let best = null;
      for (const far of [9, 22, 40, 64, 92]) {
        for (let k = 0; k < 16 && !best; k++) {
          const turn = ((k % 2 ? -1 : 1) * Math.ceil(k / 2) * Math.PI) / 8;
          const cx = Math.cos(turn),
            cy = -Math.sin(turn);
          const left = x + cx * far + ((cx - 1) * w) / 2,
            top = y + cy * far + ((cy - 1) * h) / 2;
          const box = [left, top, left + w, top + h];
          if (inside(box) && !taken.some((t) => meets(box, t))) best = box;
        }
      }
      best = best || [x + 9, y - h / 2, x + 9 + w, y + h / 2];
      taken.push(best);
      group.row.style.transform = `translate(${Math.round(best[0] - at.x)}px, ${Math.round(best[1] - at.y)}px)`;
      const nx = Math.max(best[0] + 6, Math.min(x, best[2] - 6)) - x,
        ny = Math.max(best[1] + 6, Math.min(y, best[3] - 6)) - y;
      group.line.setAttribute("d", group.away ? "" : `M0 0L${nx.toFixed(1)} ${ny.toFixed(1)}`);
    }
    return taken;
  }
  map.kz.blocks = blocks;

  // ---- one note at a time ----
  function select(n, focus) {
    lit.clearLayers();
    for (const node of page.querySelectorAll("[aria-current]"))
      node.removeAttribute("aria-current");
    const before = current;
    current = byNumber.has(n) ? n : 0;
    where.textContent = current ? `Note ${current} of ${notes.length}` : `${notes.length} notes`;
    if (!current) return before && home();
    if (!visible(current)) showAll();
    const note = byNumber.get(current),
      node = item(current);
    node.setAttribute("aria-current", "true");
    const bounds = L.latLngBounds([]);
    for (const key of note.features.filter((k) => features[k])) {
      const { look, circles } = features[key],
        layer = layerOf(key, `kz-lit-${look}`);
      if (!layer) continue;
      layer.addTo(lit);
      if (circles) layer.eachLayer((one) => reach(one, key));
      bounds.extend(layer.getBounds());
    }
    const group = placed.find((g) => g.notes.includes(current));
    if (group) {
      group.badges
        .find((b) => Number(b.dataset.note) === current)
        .setAttribute("aria-current", "true");
      if (group.circles.length) {
        // the place, and not the whole country that the note is also about
        const near = L.latLngBounds([]);
        group.circles.forEach((c) =>
          near.extend(circle(c, "", "lines", false).addTo(map).getBounds()),
        );
        map.eachLayer((layer) => {
          if (layer instanceof L.Circle && layer.options.className === "") layer.remove();
        });
        group.circles.forEach((c) => circle(c, "kz-lit-circle", "lines", false).addTo(lit));
        if (!note.features.some((k) => features[k] && features[k].circles))
          bounds.extend(near), move(near.pad(2.2));
        else move(bounds.extend(near).pad(0.4));
      } else move(bounds);
    } else if (bounds.isValid()) move(bounds);
    else {
      // the place of the note before would stand for one that this note does not have
      where.textContent += `: ${nowhere.toLowerCase()}`;
      home();
    }
    if (focus) {
      node.focus({ preventScroll: true });
      node.scrollIntoView({ block: "start" });
    }
  }
  function home() {
    map.closePopup();
    map.stop();
    map.kz.show(true);
  }
  function move(bounds) {
    map.closePopup();
    map.fitBounds(bounds, { animate: !calm, maxZoom: 7.5, padding: [36, 36] });
  }
  const go = (n) =>
    location.hash === `#note-${n}` ? select(n, true) : (location.hash = `note-${n}`);
  const fromAddress = () => Number((/^#note-(\d+)$/.exec(location.hash) || [])[1] || 0);
  function step(by) {
    const list = notes.map((note) => note.n).filter(visible);
    if (!list.length) return;
    const i = list.indexOf(current);
    go(
      list[i < 0 ? (by > 0 ? 0 : list.length - 1) : Math.max(0, Math.min(list.length - 1, i + by))],
    );
  }

  // ---- bar: note before, note after, which one ----
  const where = el("strong", {}, `${notes.length} notes`);
  const live = el("p", { class: "kz-sr", "aria-live": "polite" });
  const button = (text, label, by) => {
    const node = el(
      "button",
      { type: "button", class: "kz-step", "aria-label": label, title: label },
      text,
    );
    node.addEventListener("click", () => step(by));
    return node;
  };
  page
    .querySelector(".kz-reading")
    .append(
      el(
        "p",
        { class: "kz-bar" },
        button("←", "Note before (k)", -1),
        where,
        button("→", "Next note (j)", 1),
      ),
      live,
    );

  // ---- filter: the counts become boxes to tick ----
  const boxes = [];
  for (const row of page.querySelectorAll(".kz-verdicts > li")) {
    const verdict = Object.keys(signs)[boxes.length];
    const box = el("input", { type: "checkbox", checked: "", value: verdict });
    row.append(el("label", {}, box, [...row.childNodes]));
    box.addEventListener("change", () => {
      box.checked ? shown.add(verdict) : shown.delete(verdict);
      filter();
    });
    boxes.push(box);
  }
  function showAll() {
    boxes.forEach((box) => {
      box.checked = true;
      shown.add(box.value);
    });
    filter();
  }
  function filter() {
    for (const { n } of notes) item(n).hidden = !visible(n);
    for (const part of story.querySelectorAll(".kz-paragraph"))
      part.hidden = !part.querySelector(".kz-note:not([hidden])");
    for (const badge of page.querySelectorAll(".kz-badge"))
      badge.hidden = !visible(Number(badge.dataset.note));
    live.textContent = `${notes.filter(({ n }) => visible(n)).length} of ${notes.length} notes shown`;
    arrange(map);
  }

  page.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#note-"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(Number(link.getAttribute("href").slice(6)));
  });
  document.addEventListener("keydown", (event) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      /^(input|select|textarea)$/i.test(event.target.tagName)
    )
      return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  });
  window.addEventListener("hashchange", () => select(fromAddress(), true));
  window.addEventListener("load", () => fromAddress() && select(fromAddress(), true));
  arrange(map);
};
parts.story = story;
