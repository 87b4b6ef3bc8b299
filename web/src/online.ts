// Online basemaps: nothing is asked of any server before the reader has chosen one and said yes.
// @ts-nocheck
import { el, parts } from "./core.ts";

parts.online = (map, { basemaps, texts, up }) => {
  const box = map.getContainer();
  const isFile = !/^https?:$/.test(location.protocol);
  const agreed = new Set();
  let shown = -1,
    layer = null;
  map.createPane("online").style.zIndex = 100;

  // "{host}" in a text of ours; what is put in is text, like all else
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const radios = [];
  const option = (i, label, note = "") => {
    const radio = el("input", {
      type: "radio",
      name: "kz-basemap",
      value: String(i),
      ...(note ? { disabled: "" } : {}),
    });
    radio.checked = i === shown;
    radio.addEventListener("change", () => choose(i));
    radios.push(radio);
    return el("label", {}, radio, el("span", {}, label, note ? el("small", {}, note) : null));
  };
  const tell = (text) => el("p", {}, text);
  const notice = el("div", {
    class: "kz-online-notice",
    role: "group",
    "aria-label": texts.question,
  });
  const status = el("p", { class: "kz-online-status", role: "status" });
  const panel = el(
    "div",
    {
      class: "kz-online-panel",
      id: "kz-online",
      role: "group",
      "aria-label": texts.title,
      hidden: "",
    },
    el(
      "fieldset",
      {},
      el("legend", {}, texts.title),
      option(-1, texts.own),
      basemaps.map((b, i) => option(i, b.label, b.needsAddress && isFile ? texts.file : "")),
    ),
    notice,
    status,
  );
  const button = el(
    "button",
    {
      type: "button",
      class: "kz-online-button",
      "aria-expanded": "false",
      "aria-controls": "kz-online",
    },
    texts.title,
  );
  const open = (on) => {
    panel.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (!on) forget();
    map.kz.arrange();
  };
  button.addEventListener("click", () => open(panel.hidden));
  const forget = () => {
    notice.replaceChildren();
    for (const radio of radios) radio.checked = Number(radio.value) === shown;
  };

  function choose(i) {
    notice.replaceChildren();
    status.textContent = "";
    if (i < 0 || agreed.has(basemaps[i].hosts.join())) return show(i);
    const { hosts, label, terms } = basemaps[i];
    const answer = (text, act) => {
      const node = el("button", { type: "button" }, text);
      node.addEventListener("click", () => {
        notice.replaceChildren();
        act();
        radios.find((r) => r.checked).focus();
      });
      return node;
    };
    notice.append(
      tell(say(texts.notice, { label, host: hosts.join(", ") })),
      el("p", {}, el("a", { href: terms, rel: "noreferrer" }, texts.terms)),
      el(
        "p",
        { class: "kz-online-answer" },
        answer(texts.yes, () => {
          agreed.add(hosts.join());
          show(i);
        }),
        answer(texts.no, forget),
      ),
    );
    map.kz.arrange();
  }

  function show(i) {
    if (layer) layer.remove();
    layer = null;
    shown = i;
    const { url, subdomains, zoom, credit, named } = basemaps[i] || {};
    if (url) {
      // Leaflet takes HTML here: the text of an element, as the browser itself escapes it
      const attribution = el("span", {}, credit).innerHTML;
      layer = L.tileLayer(url, {
        pane: "online",
        subdomains,
        maxNativeZoom: zoom,
        maxZoom: 20,
        attribution,
        alt: "",
      });
      layer.once("tileerror", () => {
        status.textContent = texts.failed;
      });
      layer.addTo(map);
    }
    box.classList.toggle("kz-online-on", Boolean(url));
    box.classList.toggle("kz-online-named", Boolean(named));
    for (const radio of radios) radio.checked = Number(radio.value) === shown;
    map.kz.arrange();
  }

  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const holder = el("div", { class: "kz-online" }, button, panel);
    L.DomEvent.disableClickPropagation(holder).disableScrollPropagation(holder);
    // the map moves with arrows and closes with Escape: here these keys are the list's own
    holder.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape" && !panel.hidden) {
        open(false);
        button.focus();
      }
    });
    return holder;
  };
  control.addTo(map);
  for (const link of document.querySelectorAll('a[href^="index.html"]'))
    link.setAttribute("href", up + link.getAttribute("href"));
  map.kz.arrange();
};
