// Points, edges and rings against boxes: in degrees for GeoJSON, in pixels for labels.
import type { Position } from "geojson";
import type { Box } from "./labels.ts";

/** Whether an edge has a part in a box (Liang and Barsky 1984). */
export function crosses([ax, ay]: Position, [bx, by]: Position, box: Box): boolean {
  const [left, top, right, bottom] = box;
  let [from, to] = [0, 1];
  for (const [step, room] of [
    [ax - bx, ax - left],
    [bx - ax, right - ax],
    [ay - by, ay - top],
    [by - ay, bottom - ay],
  ]) {
    if (step === 0) {
      if (room < 0) return false;
    } else if (step < 0) from = Math.max(from, room / step);
    else to = Math.min(to, room / step);
  }
  return from <= to;
}

/** Whether rings hold a point: a ray from it meets them an odd number of times (holes are out). */
export function around(rings: readonly Position[][], [x, y]: Position): boolean {
  let odd = false;
  for (const ring of rings) {
    ring.forEach(([bx, by], i) => {
      const [ax, ay] = ring[i ? i - 1 : ring.length - 1];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) odd = !odd;
    });
  }
  return odd;
}

/** Whether a box lies inside the area of rings, edges apart. */
export function holds(rings: readonly Position[][], box: Box): boolean {
  const [left, top, right, bottom] = box;
  const cut = (ring: Position[]) =>
    ring.some((to, i) => crosses(ring[i ? i - 1 : ring.length - 1], to, box));
  return !rings.some(cut) && around(rings, [(left + right) / 2, (top + bottom) / 2]);
}
