import assert from "node:assert/strict";
import { test } from "node:test";
import { classes, shown } from "../src/chooser.ts";
import { referenceLine } from "../src/line.ts";
import { fitting } from "../src/profile.ts";
import { awayFrom, degrees } from "../src/reading.ts";
import { apart } from "../src/ruler.ts";

// two edges: east along 45° N from 80° to 81° E, then north along 81° E to 46° N
const corner = referenceLine({
  path: [8000000, 4500000, 100000, 0, 0, 100000],
  m: [0, 78847, 111141],
  length_km: 189.988,
  left: "KZ",
  right: "CN",
});
const at = (lat: number, lng: number) => ({ lat, lng });

test("the nearest place of a line and the side of it", () => {
  const known: [lat: number, lng: number, km: number, side: string][] = [
    [45.2, 80.25, 19.71, "KZ"], // north of the first edge: to the left
    [44.8, 80.75, 59.14, "CN"],
    [45.5, 80.9, 134.42, "KZ"], // west of the second edge
    [45.5, 81.1, 134.42, "CN"],
    [44.9, 81.1, 78.85, "CN"], // beyond the corner, on its outer side
    [45, 79.5, 0, ""], // past an end lies a third country
  ];
  for (const [lat, lng, km, side] of known) {
    const place = corner.nearest(at(lat, lng));
    assert.ok(Math.abs(place.km - km) < 0.3, `${place.km} is not ${km}`);
    assert.equal(corner.side(at(lat, lng), place), side, `${lat} ${lng}`);
  }
});

test("places along a line, and stretches of it", () => {
  assert.deepEqual(corner.along(0).latlng, at(45, 80));
  const middle = corner.along(78.847 / 2).latlng;
  assert.ok(Math.abs(middle.lng - 80.5) < 1e-9 && middle.lat === 45);
  const cut = corner.cut(70, 90);
  assert.equal(cut.length, 3);
  assert.deepEqual(cut[1], at(45, 81));
});

test("classes hold about equally many values, equal ones together", () => {
  assert.deepEqual(classes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  assert.deepEqual(classes([null, 0, 0, 0, 1]), [0, 1, 1, 1, 5]);
  assert.deepEqual(classes([4, null, 4]), [3, 0, 3]);
  const many = [5, 5, 5, 5, 5, 5, 1, 2, 3, 9];
  const found = classes(many);
  assert.equal(new Set(many.map((v, i) => `${v}:${found[i]}`)).size, new Set(many).size);
});

test("figures, places and distances in words", () => {
  assert.equal(shown(1234.5, { unit: "m", digits: 0 }), "1,235 m");
  assert.equal(shown([12.34, "Uygur district"], { unit: "%", digits: 1 }), "12.3 %");
  assert.equal(shown(null, { unit: "m", digits: 0 }), "no figure");
  assert.equal(degrees(at(44.21, 80.41)), "44.210° N, 80.410° E");
  assert.equal(awayFrom(10, "China"), "on the border, as near as it is drawn");
  assert.match(awayFrom(123_456, "China"), /^123\.5 km .*on the side of China$/);
  assert.match(awayFrom(5_000, ""), /^5\.00 km .*beyond its end$/);
});

test("labels keep apart, and the more important ones stay", () => {
  assert.deepEqual(apart([10, 12, 50], 10, 100), [10, 20, 50]);
  assert.deepEqual(apart([90, 95, 99], 10, 100), [80, 90, 100]);
  const words = [
    { at: 50, label: "long name", rank: 2 },
    { at: 60, label: "short", rank: 1 },
    { at: 99, label: "at the edge" },
    { at: 20, label: "no room", room: 5 },
  ];
  assert.deepEqual(
    fitting(words, 5, 100).map(({ label }) => label),
    ["short"],
  );
});
