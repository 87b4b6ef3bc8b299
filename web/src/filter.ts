// Which notes are shown, and in which order: what needs no browser.
import type { NoteData } from "./contract.ts";

/** What a reader asks for; "" and 0 ask for nothing. */
export interface Wish {
  text: string;
  /** Verdicts that are hidden. */
  hidden: Set<string>;
  paragraph: string;
  /** The least important that is shown; 1 is the most important. */
  priority: number;
}

export const ORDERS = ["paragraph", "verdict", "priority"] as const;
export type Order = (typeof ORDERS)[number];

/** Text as it is compared: without case and accents. */
export const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether a text has all words of another one, each at least as the beginning of something. */
export function holds(text: string, wanted: string): boolean {
  const within = plain(text);
  return plain(wanted)
    .split(/\s+/)
    .every((word) => within.includes(word));
}

export function matches(note: NoteData, text: string, wish: Wish): boolean {
  return (
    !wish.hidden.has(note.verdict) &&
    (!wish.paragraph || note.paragraph === wish.paragraph) &&
    (!wish.priority || note.priority <= wish.priority) &&
    (!wish.text || holds(text, wish.text))
  );
}

/** Notes under headings, in an order; within a heading they stay in the order of the article. */
export function ordered(
  notes: NoteData[],
  order: Order,
  verdicts: string[],
): [string, NoteData[]][] {
  const groups = new Map<string, NoteData[]>();
  if (order === "verdict") for (const verdict of verdicts) groups.set(verdict, []);
  if (order === "priority") for (const priority of ["1", "2", "3"]) groups.set(priority, []);
  for (const note of notes) {
    const heading = String(note[order]);
    groups.set(heading, [...(groups.get(heading) ?? []), note]);
  }
  return [...groups].filter(([, found]) => found.length);
}
