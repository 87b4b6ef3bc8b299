// Written by tools/contract.py from src/kzborder/page/contract.py: edit that.

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];

/** What the map shows first and what there is to see, and the parts of the page. */
export interface PageData {
  bounds: Bounds;
  /** What it shows first where it is narrow. */
  narrow: Bounds;
  window: Bounds;
  ground: Bounds;
  /** Start of the names of files. */
  name: string;
  title: string;
  /** Licences, each with its layers. */
  licence: string;
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
  /** What else the data of a view say of it, by the name of the column. */
  facts?: Record<string, string | number>;
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

/** What the filters of the page need of an exercise. */
export interface Exercise {
  id: string;
  /** Id of its article in the page. */
  anchor: string;
  name: string;
  series: string;
  /** First and last year. */
  years: [number, number];
  /** Countries that took part. */
  codes: string[];
  /** Kazakhstan and China both took part. */
  both: boolean;
  /** Smallest to largest published number of a whole force, or nothing. */
  troops: string;
}

/** A place of exercises, as the circle that holds it. */
export interface ExerciseSite {
  name: string;
  lon: number;
  lat: number;
  /** In metres. */
  radius: number;
  /** Only a region is known. */
  area: boolean;
  /** Ids of the exercises. */
  exercises: string[];
}

/** The map of exercises. */
export interface ExercisesData {
  /** Paths of the series in a box of 14 by 14. */
  shapes: Record<string, string>;
  exercises: Exercise[];
  sites: ExerciseSite[];
  /** Codes and names, those that took part most often first. */
  countries: [string, string][];
}

/** A unit of the population map; its row of the table is its card. */
export interface Unit {
  id: string;
  /** Id of its row. */
  anchor: string;
  /** What a screen reader says. */
  title: string;
  /** It is the whole of which others are parts. */
  whole: boolean;
  /** Its figure is older than `since`, or has no year. */
  old: boolean;
  /** Number of Uyghurs, where it is drawn as a circle. */
  circle?: number;
  /** Class of its share. */
  share: string;
}

/** The map of population figures. */
export interface UnitsData {
  /** Lower ends of the classes of share, in per cent; the first begins at nothing. */
  breaks: number[];
  /** Figures of this year and later are recent. */
  since: number;
  units: Unit[];
}

/** The border line as a measure: as drawn, each vertex with its chainage on the full line. */
export interface MeasureData {
  /** Differences of whole numbers, as those of a feature. */
  path: number[];
  /** Chainage of the vertices in metres, each less the one before. */
  m: number[];
  length_km: number;
  /** Countries to the left and right of someone who walks the line. */
  left: string;
  right: string;
}

/** A stretch of the line; ``from`` is no name in Python. */
export interface Stretch {
  from: number;
  to: number;
  name: string;
  kind?: string;
}

/** What is said of a kilometre. */
export interface ReadingData {
  /** Names of both ends of the line. */
  ends: string[];
  /** Units of each side: levels of stretches that tile the line. */
  tables: Record<string, Stretch[][]>;
  /** Height of the ground at every full kilometre and at the end, in metres. */
  heights: number[];
  /** Names of countries by their code. */
  countries: Record<string, string>;
}

/** A crossing on the elevation profile. */
export interface ProfileCrossing {
  id: string;
  km: number;
}

/** Where crossings are marked above the profile. */
export interface ProfilePlace {
  km: number;
  kind: string;
  label: string;
  /** Labels of low rank are placed first. */
  rank: number;
}

/** A stretch beside which a post may have stood. */
export interface Doubt {
  from: number;
  to: number;
  label: string;
}

/** The elevation profile under the map; heights and sectors are those of the map. */
export interface ProfileData {
  crossings: ProfileCrossing[];
  places: ProfilePlace[];
  doubt: Doubt[];
  note: string;
}

/** A number, one with the name of what it is about, or nothing. */
export type Cell = number | [number, string] | null;

/** A segment, with the values of all statistics in their order. */
export interface Segment {
  id: string;
  name: string;
  from: number;
  to: number;
  values: Cell[];
}

/** The line in segments. */
export interface Partition {
  id: string;
  name: string;
  rows: Segment[];
}

/** A figure of segments. */
export interface Statistic {
  id: string;
  name: string;
  unit: string;
  digits: number;
  about: string;
}

/** Figures by segment. */
export interface ChooserData {
  partitions: Partition[];
  statistics: Statistic[];
}

/** Lengths by ruler: metres and kilometres. */
export interface RulerSeries {
  name: string;
  kind: "circle" | "square";
  points: [number, number][];
}

/** A length in print. */
export interface RulerClaim {
  km: number;
  label: string;
  accent: boolean;
}

/** The ruler that gives the length of the article. */
export interface RulerAnswer {
  km: number;
  metres: number;
  text: string;
}

/** The length of one line against the ruler that measures it. */
export interface RulerData {
  series: RulerSeries[];
  claims: RulerClaim[];
  answer: RulerAnswer;
  /** Columns of the table: name, and whether it holds numbers. */
  columns: [string, boolean][];
  rows: string[][];
}

/** An online basemap, and what is said before it is loaded. */
export interface Basemap {
  label: string;
  terms: string;
  /** It shows names and boundaries of its own, so ours step back. */
  named: boolean;
  needsAddress: boolean;
  url: string;
  subdomains: string;
  zoom: number;
  hosts: string[];
  credit: string;
}

/** Sentences of the control for online basemaps. */
export interface OnlineTexts {
  title: string;
  own: string;
  question: string;
  notice: string;
  yes: string;
  no: string;
  terms: string;
  file: string;
  failed: string;
}

/** What the variant with online basemaps offers. */
export interface OnlineData {
  basemaps: Basemap[];
  texts: OnlineTexts;
  /** How to get to the other pages, such as ``../``. */
  up: string;
}

/** A circle that holds a place, and the name of that place. */
export interface Spot {
  lon: number;
  lat: number;
  /** In metres. */
  radius: number;
  name: string;
}

/** A circle that holds the place of notes. */
export interface Ring {
  lon: number;
  lat: number;
  /** In metres. */
  radius: number;
  notes: number[];
}

/** Where numbers of notes hang on the map. */
export interface Place {
  name: string;
  lon: number;
  lat: number;
  rings: Ring[];
  notes: number[];
  /** Key of the area that the notes are about: one sign with their count opens its card. */
  area?: string;
}

/** What lights up with a note: drawn already, or by paths or circles. */
export interface Lit {
  title: string;
  look: "area" | "line" | "circle";
  paths?: number[][];
  circles?: Spot[];
}

/** A note, as far as the page does not tell it in words. */
export interface NoteData {
  n: number;
  title: string;
  verdict: string;
  paragraph: string;
  priority: number;
  /** Keys of what it is about. */
  features: string[];
}

/** The notes to the article on the map. */
export interface StoryData {
  notes: NoteData[];
  groups: Place[];
  features: Record<string, Lit>;
  /** Said of a note that the map cannot show. */
  nowhere: string;
  /** Paths of the signs of verdicts, in their order. */
  signs: Record<string, string>;
  /** Places that the search finds. */
  found: Spot[];
}

/** The map as of the day of the article, and as of today. */
export interface MomentData {
  /** What the two are called. */
  then: string;
  now: string;
  /** Keys of what came after the day of the article. */
  later: string[];
}

/** The overview that shows where the view is. */
export interface InsetData {
  /** Land, ten units to a degree. */
  land: number[][];
  names: Name[];
}

/** A name in the overview. */
export interface Name {
  text: string;
  lon: number;
  lat: number;
}
