import assert from "node:assert/strict";
import { test } from "node:test";
import { spread } from "../src/spread.ts";
import { parseRange, writeRange } from "../src/years.ts";

const nearest = (spots: { x: number; y: number }[]) =>
  Math.min(
    ...spots.flatMap((a, i) => spots.slice(0, i).map((b) => Math.hypot(a.x - b.x, a.y - b.y))),
  );

test("signs stand apart, near their places, and the same each time", () => {
  // seven at one place, a row, and one far away
  const crowd = [
    ...Array.from({ length: 7 }, () => ({ x: 100, y: 100 })),
    ...Array.from({ length: 6 }, (_, i) => ({ x: 180 + 9 * i, y: 100 })),
    { x: 400, y: 20 },
  ];
  const offsets = spread(crowd, 24);
  const moved = crowd.map(({ x, y }, i) => ({ x: x + offsets[i].x, y: y + offsets[i].y }));
  assert.ok(nearest(moved) >= 24 - 1e-6, `${nearest(moved)}`);
  assert.ok(Math.max(...offsets.map(({ x, y }) => Math.hypot(x, y))) < 26);
  assert.ok(Math.hypot(offsets[13].x, offsets[13].y) < 0.02);
  assert.deepEqual(spread(crowd, 24), offsets);
});

test("what is fixed stays, and others keep away from it", () => {
  const [still, pushed] = spread(
    [
      { x: 0, y: 0, fixed: true },
      { x: 6, y: 0 },
    ],
    24,
  );
  assert.deepEqual(still, { x: 0, y: 0 });
  assert.ok(pushed.x >= 18 && Math.abs(pushed.y) < 0.1);
});

test("ranges of years come back out of the address; others are none", () => {
  const ends: [number, number] = [2002, 2025];
  assert.deepEqual(parseRange("2010-2014", ends), { from: 2010, to: 2014 });
  assert.deepEqual(parseRange("2010", ends), { from: 2010, to: 2010 });
  for (const wrong of ["", "2014-2010", "1999-2004", "2010-", "x"])
    assert.equal(parseRange(wrong, ends), null);
  assert.equal(writeRange({ from: 2002, to: 2025 }, ends), "");
  assert.equal(writeRange({ from: 2010, to: 2010 }, ends), "2010");
  assert.equal(writeRange({ from: 2002, to: 2010 }, ends), "2002-2010");
});
