import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, geometryOf } from "../src/features.ts";
import { offsets, overlap, within } from "../src/labels.ts";
import { geodesic, holding } from "../src/line.ts";

const at = (lat: number, lng: number) => ({ lat, lng });

test("geodesics are those of GeographicLib", () => {
  // Karney's Geod on WGS 84
  const known: [number, number, number, number, number][] = [
    [44.21, 80.41, 46.75, 82.98, 346464.5105],
    [49.1, 87.3, 42.2, 80.2, 944826.6613],
    [0, 0, 0, 1, 111319.4908],
  ];
  for (const [a, b, c, d, metres] of known) {
    assert.ok(
      Math.abs(geodesic(at(a, b), at(c, d)) - metres) < 1e-3,
      `${geodesic(at(a, b), at(c, d))}`,
    );
  }
  assert.equal(geodesic(at(45, 80), at(45, 80)), 0);
});

test("paths are differences of whole numbers", () => {
  assert.deepEqual(decode([8000000, 4500000, 1, 0, 49999, -50000]), [
    [45, 80],
    [45, 80.00001],
    [44.5, 80.5],
  ]);
  assert.deepEqual(decode([8000, 4500], 100), [[45, 80]]);
});

test("a feature may take the path of another one", () => {
  const line = { kind: "a", look: {}, lines: [[8000000, 4500000, 100000, 0]] };
  const halo = { kind: "b", look: {}, same: 0 };
  const made = geometryOf(halo, [line, halo]);
  assert.deepEqual(made, {
    type: "LineString",
    coordinates: [
      [80, 45],
      [81, 45],
    ],
  });
});

test("boxes that touch do not overlap", () => {
  assert.equal(overlap([0, 0, 1, 1], [1, 0, 2, 1]), false);
  assert.equal(overlap([0, 0, 2, 2], [1, 1, 3, 3]), true);
  assert.equal(within([0, 0, 1, 1], [0, 0, 1, 1]), true);
});

test("a name without a sign stands on its point, one with a sign beside it", () => {
  assert.deepEqual(offsets(false, 40, 12), [[-20, -6]]);
  for (const [x, y] of offsets(true, 40, 12)) {
    assert.ok(x >= 0 || x + 40 <= 0 || y >= 0 || y + 12 <= 0);
  }
});

test("stretches tile the line: the last holds its end", () => {
  const tiles = [
    { from: 0, to: 2 },
    { from: 2, to: 5 },
  ];
  assert.equal(holding(tiles, 2), tiles[1]);
  assert.equal(holding(tiles, 5), tiles[1]);
});
