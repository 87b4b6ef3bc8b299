import assert from "node:assert/strict";
import { test } from "node:test";
import { holds } from "../src/inside.ts";

const ring = (...points: number[][]) => points;
const square = ring([0, 0], [100, 0], [100, 100], [0, 100]);
const hole = ring([40, 40], [60, 40], [60, 60], [40, 60]);
const bay = ring([0, 0], [100, 0], [100, 100], [52, 100], [50, 20], [48, 100], [0, 100]);

test("a box is inside if no edge runs into it and its middle is in the area", () => {
  assert.equal(holds([square], [10, 10, 90, 30]), true);
  assert.equal(holds([square], [90, 10, 110, 30]), false);
  assert.equal(holds([square], [120, 10, 140, 30]), false);
  assert.equal(holds([square, hole], [10, 30, 90, 70]), false, "around a hole");
  assert.equal(holds([square, hole], [45, 45, 55, 55]), false, "in a hole");
  assert.equal(holds([square, hole], [10, 10, 90, 38]), true);
  assert.equal(holds([bay], [30, 60, 70, 80]), false, "across a bay narrower than the box");
  assert.equal(holds([bay], [5, 60, 40, 80]), true);
});
