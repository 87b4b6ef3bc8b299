// Written by tools/contract.py from src/kzborder/maps/_contract.py: edit that.

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];

/** What the map shows first and what there is to see, and the parts of the page. */
export interface PageData {
  bounds: Bounds;
  /** What it shows first where it is narrow. */
  narrow: Bounds;
  window: Bounds;
  label: string;
  look: string;
  corner: string;
  /** Data of each part, by its name. */
  parts: Record<string, unknown>;
}

/** Style of a feature, and where it is drawn. */
export interface Look {
  className?: string;
  pane?: string;
  radius?: number;
  smoothFactor?: number;
}

/** What a feature says and how it looks. */
export interface Properties {
  kind: string;
  look: Look;
  highlight?: Record<string, unknown>;
  /** By which scripts know it. */
  key?: string;
  /** Text beside the pointer. */
  tip?: string;
  /** Id of the article of the page that a click shows. */
  card?: string;
  /** What a screen reader calls it. */
  title?: string;
  /** A script of the map makes its card, its symbol or its name for screen readers. */
  opens?: boolean;
  /** Of circles, in metres. */
  radius?: number;
  label?: string;
  /** Labels of low rank are placed first; 0 and 1 always show their sign. */
  rank?: number;
  /** Degrees by which a sign is turned. */
  turn?: number;
  /** Zoom from which the label is shown. */
  minzoom?: number;
  /** Further positions of the name of an area: longitude, latitude, and from which zoom on. */
  also?: number[][];
  /** Zooms between which a sign is there: from, below. */
  shown?: [number, number];
  /** Pixels right and down. */
  shift?: [number, number];
  /** Never on a line that labels keep off. */
  clear?: boolean;
  /** Height among other signs. */
  above?: number;
}

/** A feature whose geometry comes as a place, or as paths of differences. */
export interface Item extends Properties {
  at?: [number, number];
  lines?: number[][];
  /** Polygons of rings. */
  areas?: number[][][];
  /** Number of the feature whose paths are those of this one. */
  same?: number;
}
