// The form that searches, filters and orders the notes. Its state lives in the address.
import type { NoteData, Spot } from "./contract.ts";
import { address, el, type KzMap } from "./core.ts";
import { holds, matches, ORDERS, type Order, ordered, type Wish } from "./filter.ts";

export interface Finding {
  visible: (n: number) => boolean;
  /** Notes that are shown, in the order in which they are. */
  shown: () => NoteData[];
  /** Show all again. */
  reset: () => void;
}

/** How many places the search names at most. */
const PLACES = 8;
const HEADINGS: Record<string, string> = {
  1: "The notes that matter most",
  2: "Further main notes",
  3: "All other notes",
};

export function finding(
  map: KzMap,
  notes: NoteData[],
  verdicts: string[],
  places: Spot[],
  follow: () => void,
): Finding {
  const page = map.getContainer().parentElement!;
  const section = page.querySelector(".kz-find")!;
  const story = document.getElementById("kz-story")!;
  const items = new Map(notes.map(({ n }) => [n, document.getElementById(`note-${n}`)!]));
  // what is searched: title, claim, finding and place
  const texts = new Map(
    [...items].map(([n, item]) => [
      n,
      [...item.querySelectorAll("h3, .kz-verdict, dd:not(:last-child)")]
        .map((part) => part.textContent)
        .join(" "),
    ]),
  );
  const paragraphs = new Map(
    [...story.querySelectorAll<HTMLElement>("[data-paragraph]")].map((part) => [
      part.dataset.paragraph!,
      part.querySelector("h2")!.textContent!,
    ]),
  );

  const wish: Wish = { text: "", hidden: new Set(), paragraph: "", priority: 0 };
  let order: Order = "paragraph";
  let arranged: Order = order;
  let sections: { part: HTMLElement; notes: NoteData[] }[] = [];

  const option = ([value, words]: [string, string]) => el("option", { value }, words);
  const select = (label: string, name: string, options: [string, string][]) => {
    const node = el("select", { name }, options.map(option));
    return { node, label: el("label", {}, el("span", {}, label), node) };
  };
  const search = el("input", {
    type: "search",
    name: "text",
    autocomplete: "off",
    placeholder: "Khorgos, exercises, 2014 …",
  });
  const paragraph = select("Paragraph", "paragraph", [["", "all"], ...paragraphs]);
  const priority = select("Importance", "priority", [
    ["0", "all"],
    ["1", "most important"],
    ["2", "important"],
  ]);
  const sort = select(
    "Order",
    "order",
    ORDERS.map((name) => [name, name === "priority" ? "importance" : name]),
  );
  const boxes = [...section.querySelectorAll<HTMLElement>(".kz-verdicts > li")].map((row) => {
    const value = row.querySelector(".kz-sign")!.classList[1].replace("kz-", "");
    const box = el("input", { type: "checkbox", value, checked: "" });
    row.append(el("label", {}, box, [...row.childNodes]));
    return box;
  });
  const offered = boxes.map((box) => box.value);
  const found = el("p", { class: "kz-found" });
  const clear = el("button", { type: "button", class: "kz-plain" }, "Show all notes");
  const form = el(
    "form",
    { role: "search", class: "kz-form" },
    el("label", { class: "kz-search" }, el("span", {}, "Search notes and places"), search),
    found,
    el("div", { class: "kz-selects" }, paragraph.label, priority.label, sort.label, clear),
  );
  section.querySelector("h2")!.after(form);
  form.addEventListener("submit", (event) => event.preventDefault());
  clear.addEventListener("click", () => {
    reset();
    search.focus();
  });
  section.addEventListener("input", () => {
    wish.text = search.value.trim();
    wish.paragraph = paragraph.node.value;
    wish.priority = Number(priority.node.value);
    wish.hidden = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
    order = sort.node.value as Order;
    apply();
  });

  const visible = (n: number) => {
    const note = notes.find((one) => one.n === n)!;
    return matches(note, texts.get(n)!, wish);
  };

  function arrange() {
    sections = ordered(notes, order, verdicts).map(([heading, group]) => {
      const words =
        order === "paragraph" ? paragraphs.get(heading) : (HEADINGS[heading] ?? heading);
      const list = el(
        "ol",
        {},
        group.map(({ n }) => items.get(n)),
      );
      const part = el("section", { class: "kz-paragraph" }, el("h2", {}, words), list);
      return { part, notes: group };
    });
    story.replaceChildren(...sections.map(({ part }) => part));
    arranged = order;
  }

  function show({ name, lon, lat, radius }: Spot) {
    const button = el("button", { type: "button", class: "kz-plain" }, name);
    button.addEventListener("click", () => {
      map.closePopup();
      map.fitBounds(L.latLng(lat, lon).toBounds(4 * radius), { animate: false, maxZoom: 9 });
    });
    return button;
  }

  function apply() {
    search.value = search.value.trim() === wish.text ? search.value : wish.text;
    paragraph.node.value = wish.paragraph;
    priority.node.value = String(wish.priority);
    sort.node.value = order;
    for (const box of boxes) box.checked = !wish.hidden.has(box.value);
    if (order !== arranged) arrange();
    const now = new Set(notes.map(({ n }) => n).filter(visible));
    for (const [n, item] of items) item.hidden = !now.has(n);
    for (const { part, notes: group } of sections) part.hidden = !group.some(({ n }) => now.has(n));
    clear.hidden = now.size === notes.length;
    const here = wish.text.length > 1 ? places.filter(({ name }) => holds(name, wish.text)) : [];
    found.replaceChildren(
      ...(here.length ? ["On the map: "] : []),
      ...here.slice(0, PLACES).map(show),
    );
    follow();
    address.changed();
  }
  function reset() {
    wish.text = search.value = "";
    wish.hidden = new Set();
    wish.paragraph = "";
    wish.priority = 0;
    apply();
  }

  const keep = (name: string, read: () => string, set: (value: string) => void) =>
    address.keep(name, {
      read,
      apply: (value) => {
        set(value);
        apply();
      },
    });
  keep(
    "q",
    () => wish.text,
    (value) => {
      wish.text = value;
    },
  );
  keep(
    "verdict",
    () => (wish.hidden.size ? offered.filter((v) => !wish.hidden.has(v)).join() || "none" : ""),
    (value) => {
      const kept = value.split(",").filter((v) => v === "none" || offered.includes(v));
      wish.hidden = new Set(kept.length ? offered.filter((v) => !kept.includes(v)) : []);
    },
  );
  keep(
    "paragraph",
    () => wish.paragraph,
    (value) => {
      wish.paragraph = paragraphs.has(value) ? value : "";
    },
  );
  keep(
    "importance",
    () => (wish.priority ? String(wish.priority) : ""),
    (value) => {
      wish.priority = [1, 2].find((n) => String(n) === value) ?? 0;
    },
  );
  keep(
    "order",
    () => (order === "paragraph" ? "" : order),
    (value) => {
      order = ORDERS.find((name) => name === value) ?? "paragraph";
    },
  );
  clear.hidden = true;
  arrange();
  return {
    visible,
    shown: () => sections.flatMap((part) => part.notes).filter(({ n }) => visible(n)),
    reset,
  };
}
