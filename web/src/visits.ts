// A selection leads the map somewhere; when it ends, the map returns to where it was before.

import { calm } from "./core.ts";

export interface Visits {
  /** Show an area, and remember the view from which the first of several visits began. */
  go: (bounds: L.LatLngBounds, options: L.FitBoundsOptions) => void;
  /** Return to the view before the first visit, if there was one. */
  back: () => void;
  /** Whether the map is moving by one of these, and not by the reader. */
  moving: () => boolean;
}

export function visits(map: L.Map): Visits {
  const animate = !calm();
  let before: { centre: L.LatLng; zoom: number } | null = null;
  let moving = false;
  const led = (move: () => void) => {
    moving = true;
    // who listens to moveend is told before this is over
    map.once("moveend", () =>
      queueMicrotask(() => {
        moving = false;
      }),
    );
    move();
  };
  return {
    go: (bounds, options) => {
      before ??= { centre: map.getCenter(), zoom: map.getZoom() };
      led(() => map.fitBounds(bounds, { animate, ...options }));
    },
    back: () => {
      if (!before) return;
      const { centre, zoom } = before;
      before = null;
      led(() => map.setView(centre, zoom, { animate }));
    },
    moving: () => moving,
  };
}
