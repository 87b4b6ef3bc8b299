// Online basemaps: nothing is asked of any server before the reader has chosen one and said yes.
import type { OnlineData } from "./contract.ts";
import { el, type KzMap, menu, parts } from "./core.ts";

/** "{host}" in a text of ours; what is put in is text, like all else. */
export const say = (text: string, values: Record<string, string>) =>
  text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

parts.online = (map: KzMap, { basemaps, texts, up }: OnlineData) => {
  const box = map.getContainer();
  const isFile = !/^https?:$/.test(location.protocol);
  const agreed = new Set<string>();
  let shown = -1;
  let layer: L.TileLayer | null = null;
  map.createPane("online").style.zIndex = "100";

  const radios: HTMLInputElement[] = [];
  const option = (i: number, label: string, note = "") => {
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
  const tell = (text: string) => el("p", {}, text);
  const notice = el("div", {
    class: "kz-online-notice",
    role: "group",
    "aria-label": texts.question,
  });
  const status = el("p", { class: "kz-online-status", role: "status" });
  const forget = () => {
    notice.replaceChildren();
    for (const radio of radios) radio.checked = Number(radio.value) === shown;
  };

  menu(
    map,
    "kz-online",
    texts.title,
    [
      el(
        "fieldset",
        {},
        el("legend", {}, texts.title),
        option(-1, texts.own),
        basemaps.map((b, i) => option(i, b.label, b.needsAddress && isFile ? texts.file : "")),
      ),
      notice,
      status,
    ],
    forget,
  );

  function choose(i: number) {
    notice.replaceChildren();
    status.textContent = "";
    if (i < 0 || agreed.has(basemaps[i].hosts.join())) return show(i);
    const { hosts, label, terms } = basemaps[i];
    const answer = (text: string, act: () => void) => {
      const node = el("button", { type: "button" }, text);
      node.addEventListener("click", () => {
        notice.replaceChildren();
        act();
        radios.find((r) => r.checked)?.focus();
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

  function show(i: number) {
    if (layer) layer.remove();
    layer = null;
    shown = i;
    const chosen = basemaps[i];
    if (chosen) {
      const { url, subdomains, zoom, credit } = chosen;
      // Leaflet takes HTML here: the text of an element, as the browser itself escapes it
      const attribution = el("span", {}, credit).innerHTML;
      layer = L.tileLayer(url, {
        pane: "online",
        subdomains,
        maxNativeZoom: zoom,
        maxZoom: 20,
        attribution,
      });
      layer.once("tileerror", () => {
        status.textContent = texts.failed;
      });
      layer.addTo(map);
    }
    box.classList.toggle("kz-online-on", Boolean(chosen));
    box.classList.toggle("kz-online-named", Boolean(chosen?.named));
    for (const radio of radios) radio.checked = Number(radio.value) === shown;
    map.kz.arrange();
  }

  for (const link of document.querySelectorAll('a[href^="index.html"]'))
    link.setAttribute("href", up + link.getAttribute("href"));
  map.kz.arrange();
};
