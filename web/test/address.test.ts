import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, type State, write } from "../src/address.ts";

test("a state comes back out of its address", () => {
  const states: State[] = [
    { selected: "note-7", values: {} },
    { selected: "", values: { view: "6.5,45.1,80.2" } },
    {
      selected: "unit-a",
      values: { view: "6,45,80", hide: "Rivers & lakes=1", text: "Қорғас 口岸" },
    },
    { selected: "", values: {} },
  ];
  for (const state of states) assert.deepEqual(parse(`#${write(state)}`), state);
});

test("empty values are left out; foreign addresses are read as they are", () => {
  assert.equal(write({ selected: "note-1", values: { a: "", b: "1" } }), "note-1&b=1");
  assert.deepEqual(parse("#%E0%A4%A"), { selected: "%E0%A4%A", values: {} });
  assert.deepEqual(parse(""), { selected: "", values: {} });
});

test("the wish for the bare map is no selection", () => {
  assert.deepEqual(parse("#embed"), { selected: "", values: { embed: "1" } });
  const state = parse("#embed&note-7&view=6,45,80");
  assert.deepEqual(state, { selected: "note-7", values: { embed: "1", view: "6,45,80" } });
  assert.deepEqual(parse(`#${write(state)}`), state);
});
