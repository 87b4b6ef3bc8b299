// Whether a box lies inside an area.
import type { Box } from "./labels.ts";

export interface Point {
  x: number;
  y: number;
}

/** Whether a box lies inside the area of these rings (even-odd: holes are out), edges apart. */
export function holds(rings: readonly Point[][], [left, top, right, bottom]: Box): boolean {
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  let within = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[j], ring[i]];
      if (cuts(a, b, left, top, right, bottom)) return false;
      if (a.y > y !== b.y > y && x < a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)) {
        within = !within;
      }
    }
  }
  return within;
}

/** Whether an edge has a part in a box (Liang and Barsky). */
function cuts(a: Point, b: Point, left: number, top: number, right: number, bottom: number) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  let [from, to] = [0, 1];
  for (const [step, room] of [
    [-dx, a.x - left],
    [dx, right - a.x],
    [-dy, a.y - top],
    [dy, bottom - a.y],
  ]) {
    if (step === 0) {
      if (room < 0) return false;
    } else if (step < 0) from = Math.max(from, room / step);
    else to = Math.min(to, room / step);
  }
  return from <= to;
}
