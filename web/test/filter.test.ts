import assert from "node:assert/strict";
import { test } from "node:test";
import type { NoteData } from "../src/contract.ts";
import { holds, matches, ordered, type Wish } from "../src/filter.ts";

const note = (n: number, verdict: string, paragraph: string, priority: number): NoteData => ({
  n,
  title: `Note ${n}`,
  verdict,
  paragraph,
  priority,
  features: [],
});
const NOTES = [
  note(1, "confirmed", "P0", 3),
  note(2, "contradicted", "P1", 1),
  note(3, "confirmed", "P1", 2),
];
const all: Wish = { text: "", hidden: new Set(), paragraph: "", priority: 0 };
const shown = (wish: Partial<Wish>) =>
  NOTES.filter((one) => matches(one, one.title, { ...all, ...wish })).map(({ n }) => n);

test("a text is found by all its words, without case and accents", () => {
  assert.ok(holds("The district of Ürümqi, Xinjiang", "xinj URUMQI"));
  assert.ok(!holds("The district of Ürümqi", "urumqi kashgar"));
  assert.ok(holds("anything", ""));
});

test("filters are held together", () => {
  assert.deepEqual(shown({}), [1, 2, 3]);
  assert.deepEqual(shown({ hidden: new Set(["confirmed"]) }), [2]);
  assert.deepEqual(shown({ paragraph: "P1", priority: 1 }), [2]);
  assert.deepEqual(shown({ text: "note 3" }), [3]);
});

test("an order has headings, and below them the order of the article", () => {
  const order = (by: "paragraph" | "verdict" | "priority") =>
    ordered(NOTES, by, ["contradicted", "confirmed", "opinion"]).map(([heading, found]) => [
      heading,
      found.map(({ n }) => n),
    ]);
  assert.deepEqual(order("paragraph"), [
    ["P0", [1]],
    ["P1", [2, 3]],
  ]);
  assert.deepEqual(order("verdict"), [
    ["contradicted", [2]],
    ["confirmed", [1, 3]],
  ]);
  assert.deepEqual(order("priority"), [
    ["1", [2]],
    ["2", [3]],
    ["3", [1]],
  ]);
});
