// Where labels stand. They never cover each other or a button, and are never cut by the edge of
// the map: the more important one stays. Where they can, they keep off the lines of map.kz.avoid.
import type { KzMap } from "./page.ts";

/** Left, top, right, bottom in pixels. */
export type Box = [number, number, number, number];

export const overlap = (a: Box, b: Box) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
export const within = (a: Box, b: Box) =>
  a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

/** Offsets of the upper left corner of a label from its point, best first; g: beside its sign. */
export function offsets(marked: boolean, w: number, h: number, g = 8): [number, number][] {
  if (!marked) return [[-w / 2, -h / 2]];
  return [
    [g, -h / 2],
    [-g - w, -h / 2],
    [g - 3, -h - 2],
    [g - 3, 2],
    [3 - g - w, -h - 2],
    [3 - g - w, 2],
    [-w / 2, -h - g + 1],
    [-w / 2, g - 1],
  ];
}

/** Boxes of buttons, scale and credits, in the pixels of the labels. */
export function controls(map: L.Map, corner: L.Point, around = 0): Box[] {
  const origin = map.getContainer().getBoundingClientRect();
  const dx = corner.x - origin.left;
  const dy = corner.y - origin.top;
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [left + dx - around, top + dy - around, right + dx + around, bottom + dy + around];
  });
}

interface Spot {
  cost: number;
  box: Box;
  own: Box | null;
  at: L.LatLng;
  dx: number;
  dy: number;
}

export function arrange(map: KzMap): void {
  map.kz.labels.sort((a, b) => a.rank - b.rank);
  const zoom = map.getZoom();
  // first write, then read: a read between two writes would lay the whole page out again
  const there = map.kz.labels.filter(({ marker, name, shown, width }) => {
    const element = marker.getElement()!;
    element.hidden = zoom < shown[0] || zoom >= shown[1];
    if (!element.hidden && !width) name.hidden = false;
    return !element.hidden;
  });
  for (const label of there) {
    if (label.width) continue;
    label.width = label.name.offsetWidth;
    label.height = label.name.offsetHeight;
  }
  const corner = map.containerPointToLayerPoint([0, 0]);
  const size = map.getSize();
  const view: Box = [corner.x + 3, corner.y + 3, corner.x + size.x - 3, corner.y + size.y - 3];
  const lines = map.kz.avoid.map((p) => map.latLngToLayerPoint(p));
  const crossed = (box: Box) => lines.filter((p) => overlap([p.x, p.y, p.x, p.y], box)).length;
  const taken = [...controls(map, corner), ...(map.kz.blocks ? map.kz.blocks() : [])];
  for (const label of there) {
    const { marker, name, mark, rank, shift, width = 0, height = 0 } = label;
    let best: Spot | null = null;
    for (const { at } of label.spots.filter((s) => zoom >= s.zoom)) {
      const place = map.latLngToLayerPoint(at);
      const x = place.x + shift[0];
      const y = place.y + shift[1];
      const own: Box | null = mark ? [x - 4, y - 4, x + 4, y + 4] : null;
      if (own && rank > 1 && taken.some((t) => overlap(own, t))) continue;
      const beside = (label.gaps ?? [8]).flatMap((g) => offsets(Boolean(mark), width, height, g));
      for (const [order, [dx, dy]] of beside.entries()) {
        const box: Box = [x + dx - 2, y + dy, x + dx + width + 2, y + dy + height];
        if (taken.some((t) => overlap(box, t))) continue;
        if (overlap(box, view) && !within(box, view)) continue;
        if (label.inside && !label.inside(box)) continue;
        const crossings = mark || label.clear ? crossed(box) : 0;
        if ((label.clear && crossings) || (rank > 2 && crossings > 1)) continue;
        const cost = order + 4 * crossings;
        if (!best || cost < best.cost) best = { cost, box, own, at, dx, dy };
      }
      if (best) break;
    }
    name.hidden = !best;
    marker.getElement()!.hidden = !best && !(mark && rank <= 1);
    if (!best) continue;
    // only where it moved: an open popup would pull the map back to its marker
    if (!marker.getLatLng().equals(best.at)) marker.setLatLng(best.at);
    name.style.transform = `translate(${Math.round(best.dx)}px, ${Math.round(best.dy)}px)`;
    label.placed?.(best.dx, best.dy);
    taken.push(best.box, ...(best.own ? [best.own] : []));
  }
}
