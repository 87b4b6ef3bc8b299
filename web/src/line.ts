// The border as a measure: chainage, distance and side of any place, and stretches of the line.
// Geodesic distance in metres on WGS 84 between two places (Vincenty 1975, to a millimetre). It
// fails only for places on opposite sides of the Earth, which no map of ours shows.
// @ts-nocheck
import { decode } from "./core.ts";

export const geodesic = (from, to) => {
  const a = 6378137,
    f = 1 / 298.257223563,
    b = a * (1 - f),
    rad = Math.PI / 180;
  const U1 = Math.atan((1 - f) * Math.tan(from.lat * rad)),
    U2 = Math.atan((1 - f) * Math.tan(to.lat * rad));
  const L0 = (to.lng - from.lng) * rad;
  const [s1, c1, s2, c2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)];
  let lambda = L0;
  for (let round = 0; round < 50; round++) {
    const sin = Math.hypot(c2 * Math.sin(lambda), c1 * s2 - s1 * c2 * Math.cos(lambda));
    if (sin === 0) return 0;
    const cos = s1 * s2 + c1 * c2 * Math.cos(lambda),
      sigma = Math.atan2(sin, cos);
    const sinA = (c1 * c2 * Math.sin(lambda)) / sin,
      cos2A = 1 - sinA ** 2;
    const cos2M = cos2A ? cos - (2 * s1 * s2) / cos2A : 0;
    const C = (f / 16) * cos2A * (4 + f * (4 - 3 * cos2A)),
      before = lambda;
    lambda = L0 + (1 - C) * f * sinA * (sigma + C * sin * (cos2M + C * cos * (2 * cos2M ** 2 - 1)));
    if (Math.abs(lambda - before) > 1e-12) continue;
    const u2 = (cos2A * (a * a - b * b)) / (b * b);
    const A = 1 + (u2 / 16384) * (4096 + u2 * (u2 * (320 - 175 * u2) - 768));
    const B = (u2 / 1024) * (256 + u2 * (u2 * (74 - 47 * u2) - 128));
    const delta =
      B *
      sin *
      (cos2M +
        (B / 4) *
          (cos * (2 * cos2M ** 2 - 1) -
            (B / 6) * cos2M * (4 * sin ** 2 - 3) * (4 * cos2M ** 2 - 3)));
    return b * A * (sigma - delta);
  }
  return NaN;
};

// path: the line as drawn; m: chainage of its vertices in metres, as differences; left and right:
// the countries there. Sets map.kz.line, and map.kz.go(place, by), which tells all followers.
export const measure = (map, { path, m, length_km: total, left, right }) => {
  const points = decode(path).map((p) => L.latLng(p));
  let sum = 0;
  const km = m.map((step) => (sum += step) / 1000);
  const last = points.length - 2; // number of the last edge

  // Straight lines through the Earth are as short as geodesics are, in the same order, to one part
  // in ten thousand within 100 km: the nearest edge is looked for in three dimensions.
  const e2 = 0.00669437999014;
  const solid = ({ lat, lng }) => {
    const [p, l] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180];
    const n = 6378137 / Math.sqrt(1 - e2 * Math.sin(p) ** 2);
    return [
      n * Math.cos(p) * Math.cos(l),
      n * Math.cos(p) * Math.sin(l),
      n * (1 - e2) * Math.sin(p),
    ];
  };
  const xyz = points.map(solid);

  const at = (i, t) => ({
    i,
    t,
    latlng: L.latLng(
      points[i].lat + t * (points[i + 1].lat - points[i].lat),
      points[i].lng + t * (points[i + 1].lng - points[i].lng),
    ),
    km: km[i] + t * (km[i + 1] - km[i]),
  });

  function nearest(latlng) {
    const [x, y, z] = solid(latlng);
    let best = { d2: Infinity };
    for (let i = 0; i <= last; i++) {
      const [ax, ay, az] = xyz[i],
        [bx, by, bz] = xyz[i + 1];
      const dx = bx - ax,
        dy = by - ay,
        dz = bz - az;
      const along =
        ((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / (dx * dx + dy * dy + dz * dz || 1);
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const d2 = (ax + t * dx - x) ** 2 + (ay + t * dy - y) ** 2 + (az + t * dz - z) ** 2;
      if (d2 < best.d2) best = { d2, i, t };
    }
    return at(best.i, best.t);
  }

  // Country of a place by its nearest point on the line; "" past the ends, where a third one lies
  function side(latlng, { i, t }) {
    if ((i === 0 && t === 0) || (i === last && t === 1)) return "";
    const stretch = Math.cos((latlng.lat * Math.PI) / 180);
    const turn = (a, b, c) =>
      (b.lng - a.lng) * stretch * (c.lat - b.lat) - (b.lat - a.lat) * (c.lng - b.lng) * stretch;
    const corner = t === 0 ? i : t === 1 ? i + 1 : -1;
    // nearest to a corner: the place lies on the outer side of the bend
    const bend = corner > 0 ? turn(points[corner - 1], points[corner], points[corner + 1]) : 0;
    const sign = -bend || turn(points[i], points[i + 1], latlng);
    return sign > 0 ? left : right;
  }

  // The place at a kilometre
  function along(wanted) {
    let low = 0,
      high = last + 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (km[middle] > wanted) high = middle;
      else low = middle;
    }
    return at(low, Math.max(0, Math.min(1, (wanted - km[low]) / (km[low + 1] - km[low]))));
  }

  // The line between two kilometres
  function cut(from, to) {
    const [a, b] = [along(from), along(to)];
    return [a.latlng, ...points.slice(a.i + 1, b.i + 1), b.latlng];
  }

  map.kz.line = { points, km, total, nearest, side, along, cut };
  map.kz.followers = [];
  map.kz.go = (place, by) => {
    map.kz.place = place;
    for (const follow of map.kz.followers) follow(place, by);
  };
  // labels keep off the line: a point every 4 km is dense enough at the zooms of a whole map
  let seen = -4;
  map.kz.avoid = points.filter((_, i) => km[i] - seen >= 4 && ((seen = km[i]), true));
};

// What holds a kilometre, of stretches { from, to, ... } that tile the line
export const holding = (stretches, km) =>
  stretches.find((s) => km < s.to) || stretches[stretches.length - 1];
