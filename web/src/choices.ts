// A group of boxes to tick that is one stop of the keyboard: arrows lead from box to box.
import { type Child, el } from "./core.ts";

export interface Choices {
  node: HTMLElement;
  /** What is ticked. */
  chosen: Set<string>;
  set: (values: string[]) => void;
  /** How many there are of each, as things stand. */
  count: (of: (value: string) => number) => void;
}

export type Choice = [value: string, ...words: Child[]];

export function choices(name: string, given: Choice[], change: () => void): Choices {
  const chosen = new Set<string>();
  const counts = given.map(() => el("span", { class: "kz-of" }));
  const boxes = given.map(([value], i) => {
    const box = el("input", { type: "checkbox", value, tabindex: i ? -1 : 0 });
    box.addEventListener("change", () => {
      box.checked ? chosen.add(value) : chosen.delete(value);
      change();
    });
    box.addEventListener("focus", () => {
      for (const other of boxes) other.tabIndex = other === box ? 0 : -1;
    });
    return box;
  });
  const rows = given.map(([, ...words], i) => el("label", {}, boxes[i], words, counts[i]));
  const node = el("fieldset", {}, el("legend", {}, name), el("div", { class: "kz-options" }, rows));
  node.addEventListener("keydown", (event) => {
    const { key } = event;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[key];
    const now = boxes.indexOf(event.target as HTMLInputElement);
    if (!step || now < 0) return;
    event.preventDefault();
    boxes[(now + step + boxes.length) % boxes.length].focus();
  });
  return {
    node,
    chosen,
    set: (values) => {
      chosen.clear();
      for (const box of boxes) {
        box.checked = values.includes(box.value);
        if (box.checked) chosen.add(box.value);
      }
    },
    count: (of) => {
      boxes.forEach((box, i) => {
        const many = of(box.value);
        counts[i].textContent = String(many);
        rows[i].classList.toggle("kz-nothing", !many && !box.checked);
      });
    },
  };
}
