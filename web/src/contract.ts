// What Python hands to the page: see src/kzborder/maps/_contract.py, whose types these are.

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];

/** Data of new_map: what the map shows first and what there is to see, and the parts of the page. */
export interface PageData {
  bounds: Bounds;
  narrow: Bounds;
  window: Bounds;
  label: string;
  look: string;
  corner: string;
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
  look: Look & Record<string, unknown>;
  highlight?: Record<string, unknown>;
  /** By which scripts know it. */
  key?: string;
  /** Text beside the pointer. */
  tip?: string;
  /** Id of the article of the page that a click shows, and what it is called. */
  card?: string;
  title?: string;
  /** A script of the map makes its card, its symbol or its aria-label (label.title). */
  opens?: boolean;
  /** Of circles, in metres. */
  radius?: number;
  // of signs and names
  label?: string;
  rank?: number;
  turn?: number;
  /** Where the label begins. */
  minzoom?: number;
  /** Further positions for the name of an area. */
  also?: [lon: number, lat: number, minzoom?: number][];
  shown?: [from: number, below: number];
  shift?: [right: number, down: number];
  clear?: boolean;
  above?: number;
}

/** A feature whose geometry came as paths; same: that of another one. */
export interface Item extends Properties {
  at?: [lon: number, lat: number];
  lines?: number[][];
  areas?: number[][][];
  same?: number;
}
