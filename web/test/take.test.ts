import assert from "node:assert/strict";
import { test } from "node:test";
import type { Geometry } from "geojson";
import type { Bounds } from "../src/contract.ts";
import { csv, geojson, meets, type Taken, wkt } from "../src/take.ts";

const BOX: Bounds = [80, 44, 82, 46];
const square = (w: number, s: number, e: number, n: number) => [
  [w, s],
  [e, s],
  [e, n],
  [w, n],
  [w, s],
];

test("geometries meet a view or miss it", () => {
  const known: [Geometry, boolean][] = [
    [{ type: "Point", coordinates: [81, 45] }, true],
    [{ type: "Point", coordinates: [83, 45] }, false],
    // no vertex inside: it crosses, or passes a corner
    [
      {
        type: "LineString",
        coordinates: [
          [79, 45],
          [83, 45],
        ],
      },
      true,
    ],
    [
      {
        type: "LineString",
        coordinates: [
          [79, 45.5],
          [80.4, 47],
        ],
      },
      false,
    ],
    [
      {
        type: "LineString",
        coordinates: [
          [81, 47],
          [81, 50],
        ],
      },
      false,
    ],
    [{ type: "Polygon", coordinates: [square(70, 40, 90, 50)] }, true],
    // the view lies in its hole
    [{ type: "Polygon", coordinates: [square(70, 40, 90, 50), square(79, 43, 83, 47)] }, false],
    [
      { type: "MultiPolygon", coordinates: [[square(0, 0, 1, 1)], [square(81.5, 45, 84, 47)]] },
      true,
    ],
  ];
  for (const [geometry, met] of known) {
    assert.equal(meets(geometry, BOX), met, JSON.stringify(geometry));
  }
});

const features: Taken[] = [
  {
    type: "Feature",
    properties: { layer: "Crossings", name: 'the "gate", once\nclosed', licence: "ODbL-1.0" },
    geometry: { type: "Point", coordinates: [80.41, 44.21] },
  },
  {
    type: "Feature",
    properties: { layer: "Sectors", name: "Хоргос", from_km: 1 },
    geometry: {
      type: "LineString",
      coordinates: [
        [80, 45],
        [81, 46],
      ],
    },
  },
];

test("CSV has a row a feature and every column", () => {
  const lines = csv(features).split("\r\n");
  assert.equal(lines[0], "layer,name,licence,longitude,latitude,geometry,from_km");
  assert.equal(
    lines[1],
    'Crossings,"the ""gate"", once\nclosed",ODbL-1.0,80.41,44.21,POINT (80.41 44.21),',
  );
  assert.equal(lines[2], 'Sectors,Хоргос,,,,"LINESTRING (80 45, 81 46)",1');
});

test("geometries as text, and a collection that says what it is", () => {
  assert.equal(
    wkt({ type: "Polygon", coordinates: [square(0, 0, 1, 1)] }),
    "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))",
  );
  const whole = JSON.parse(geojson(features, { licence: "ODbL-1.0" }));
  assert.equal(whole.type, "FeatureCollection");
  assert.equal(whole.licence, "ODbL-1.0");
  assert.equal(whole.features.length, 2);
});
