// What every page of ours has once, as the global `kzborder`: all modules of a map import from here.

export * as address from "./address.ts";
export { type Child, calm, card, el, number, slot, svg, symbol, table } from "./dom.ts";
export { decode, each, features, reachable, whenThere } from "./features.ts";
export { holds } from "./inside.ts";
export { arrange, type Box, controls, overlap, within } from "./labels.ts";
export { menu } from "./menu.ts";
export { current, type Group, type KzMap, type Part, page, parts } from "./page.ts";
export { SMALL } from "./shell.ts";
