// The border as a measure: chainage, distance and side of any place, and stretches of the line.
import type { MeasureData, Stretch } from "./contract.ts";
import { decode, type KzMap } from "./core.ts";

export interface LatLng {
  lat: number;
  lng: number;
}

/** A place on the line: on its edge i, at the share t of it. */
export interface Place {
  i: number;
  t: number;
  latlng: LatLng;
  km: number;
}

/** Who moved the pointer along the line, and how. */
export type Mover = "start" | "click" | "pointer" | "hover" | "profile" | "settled";

export type Line = ReturnType<typeof referenceLine>;

/** The map of the border: its parts share these. */
export interface BorderMap extends KzMap {
  kz: KzMap["kz"] & {
    line: Line;
    place: Place;
    followers: ((place: Place, by: Mover) => void)[];
    /** Move the pointer along the line, and tell all followers. */
    go: (place: Place, by: Mover) => void;
    /** Read a place that a click names, until the reader lets it go. */
    read: (latlng: LatLng) => void;
    /** Whether such a place is being read. */
    pinned: () => boolean;
    sectors: Stretch[];
    ground: L.Layer | null;
    stretch: (from: number, to: number, className: string, pane: string) => L.Polyline;
    heights: number[];
    height: (km: number) => number;
    profile: {
      /** Stretches in place of the sectors, or null. */
      bands: (wanted: Band[] | null) => void;
      choose: (stretch: [from: number, to: number] | null) => void;
    };
  };
}

export interface Band {
  from: number;
  to: number;
  look: string;
}

/**
 * Geodesic distance in metres on WGS 84 between two places (Vincenty 1975, to a millimetre). It
 * fails only for places on opposite sides of the Earth, which no map of ours shows.
 */
export const geodesic = (from: LatLng, to: LatLng): number => {
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

/** A line that answers where a place lies along it, without a map. */
export function referenceLine({ path, m, length_km: total, left, right }: MeasureData) {
  const points: LatLng[] = decode(path).map(([lat, lng]) => ({ lat, lng }));
  let sum = 0;
  const km = m.map((step) => {
    sum += step;
    return sum / 1000;
  });
  const last = points.length - 2; // number of the last edge

  // Straight lines through the Earth are as short as geodesics are, in the same order, to one part
  // in ten thousand within 100 km: the nearest edge is looked for in three dimensions.
  const e2 = 0.00669437999014;
  const solid = ({ lat, lng }: LatLng) => {
    const [p, l] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180];
    const n = 6378137 / Math.sqrt(1 - e2 * Math.sin(p) ** 2);
    return [
      n * Math.cos(p) * Math.cos(l),
      n * Math.cos(p) * Math.sin(l),
      n * (1 - e2) * Math.sin(p),
    ];
  };
  const xyz = points.map(solid);

  const at = (i: number, t: number): Place => ({
    i,
    t,
    latlng: {
      lat: points[i].lat + t * (points[i + 1].lat - points[i].lat),
      lng: points[i].lng + t * (points[i + 1].lng - points[i].lng),
    },
    km: km[i] + t * (km[i + 1] - km[i]),
  });

  function nearest(latlng: LatLng): Place {
    const [x, y, z] = solid(latlng);
    let best = { d2: Infinity, i: 0, t: 0 };
    for (let i = 0; i <= last; i++) {
      const [ax, ay, az] = xyz[i];
      const [bx, by, bz] = xyz[i + 1];
      const [dx, dy, dz] = [bx - ax, by - ay, bz - az];
      const along =
        ((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / (dx * dx + dy * dy + dz * dz || 1);
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const d2 = (ax + t * dx - x) ** 2 + (ay + t * dy - y) ** 2 + (az + t * dz - z) ** 2;
      if (d2 < best.d2) best = { d2, i, t };
    }
    return at(best.i, best.t);
  }

  /** Country of a place by its nearest point on the line; "" past the ends, where a third one lies. */
  function side(latlng: LatLng, { i, t }: Place): string {
    if ((i === 0 && t === 0) || (i === last && t === 1)) return "";
    const stretch = Math.cos((latlng.lat * Math.PI) / 180);
    const turn = (a: LatLng, b: LatLng, c: LatLng) =>
      (b.lng - a.lng) * stretch * (c.lat - b.lat) - (b.lat - a.lat) * (c.lng - b.lng) * stretch;
    const corner = t === 0 ? i : t === 1 ? i + 1 : -1;
    // nearest to a corner: the place lies on the outer side of the bend
    const bend = corner > 0 ? turn(points[corner - 1], points[corner], points[corner + 1]) : 0;
    const sign = -bend || turn(points[i], points[i + 1], latlng);
    return sign > 0 ? left : right;
  }

  /** The place at a kilometre. */
  function along(wanted: number): Place {
    let low = 0;
    let high = last + 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (km[middle] > wanted) high = middle;
      else low = middle;
    }
    return at(low, Math.max(0, Math.min(1, (wanted - km[low]) / (km[low + 1] - km[low]))));
  }

  /** The line between two kilometres. */
  function cut(from: number, to: number): LatLng[] {
    const [a, b] = [along(from), along(to)];
    return [a.latlng, ...points.slice(a.i + 1, b.i + 1), b.latlng];
  }

  return { points, km, total, nearest, side, along, cut, distance: geodesic };
}

/** Give a map its line, and a pointer along it that parts of the page move and follow. */
export const measure = (map: BorderMap, data: MeasureData) => {
  const line = referenceLine(data);
  Object.assign(map.kz, { line, followers: [], pinned: () => false });
  map.kz.go = (place, by) => {
    map.kz.place = place;
    for (const follow of map.kz.followers) follow(place, by);
  };
  // labels keep off the line: a point every 4 km is dense enough at the zooms of a whole map
  let seen = -4;
  map.kz.avoid = line.points
    .filter((_, i) => {
      const far = line.km[i] - seen >= 4;
      if (far) seen = line.km[i];
      return far;
    })
    .map(({ lat, lng }) => L.latLng(lat, lng));
};

/** What holds a kilometre, of stretches that tile the line. */
export const holding = <S extends { to: number }>(stretches: S[], km: number): S =>
  stretches.find((s) => km < s.to) || stretches[stretches.length - 1];
