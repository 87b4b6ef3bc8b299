// The address is the state of the page: what is selected, and what parts of the page keep in it,
// as in #note-7&view=6.5,45.1,80.2&verdict=contradicted. A copied link brings all of it back.

/** What a part of the page keeps in the address. */
export interface Kept {
  /** The state as text; "" as long as it is that of the start. */
  read: () => string;
  /** Bring a state back; "" is that of the start. */
  apply: (value: string) => void;
}

const kept = new Map<string, Kept>();
const followers: ((id: string, byLink: boolean) => void)[] = [];

export interface State {
  selected: string;
  values: Record<string, string>;
}

/** Read what stands behind the # of an address. */
export function parse(hash: string): State {
  const parts = hash.replace(/^#/, "").split("&");
  // #embed is a wish to the page, not something to select
  const pairs = parts
    .map((part) => (part === "embed" ? "embed=1" : part))
    .filter((part) => part.includes("="))
    .map((part) => {
      const [name, ...value] = part.split("=");
      return [decode(name), decode(value.join("="))] as const;
    });
  const ids = parts.filter((part) => !part.includes("=") && part !== "embed");
  return { selected: decode(ids[0] ?? ""), values: Object.fromEntries(pairs) };
}

/** Write a state as what stands behind the #. */
export function write({ selected, values }: State): string {
  const parts = Object.entries(values)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%2C/g, ",")}`);
  return [...(selected ? [encodeURIComponent(selected)] : []), ...parts].join("&");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not written by us
  }
}

/** Keep a state of a part under a name; it gets what the address has of it when the page opens. */
export function keep(name: string, part: Kept): void {
  kept.set(name, part);
}

/** What is selected: the id of an element of the page, or "". */
export const selected = () => parse(location.hash).selected;

/** The whole state of now, as what stands behind the #. */
export const now = () =>
  write({
    selected: selected(),
    values: Object.fromEntries([...kept].map(([name, part]) => [name, part.read()])),
  });

/** Call it after a change of what a part keeps: the address follows, without a step of history. */
export function changed(): void {
  if (applying) return;
  rewrite(now());
}

function rewrite(hash: string): void {
  if (`#${hash}` === (location.hash || "#")) return;
  try {
    history.replaceState(null, "", hash ? `#${hash}` : location.href.replace(/#.*$/, ""));
  } catch {
    // a frame that was written by its page (as in a notebook) has no address of its own
  }
}

/** Nothing is selected any more, if it was this: the address follows, without a step of history. */
export function release(id: string): void {
  if (id === selected()) rewrite(write({ ...parse(`#${now()}`), selected: "" }));
}

/** Select an element, as a step of history; again: the followers are told, too. */
export function select(id: string): void {
  if (id === selected()) {
    tell(true);
    return;
  }
  const values = Object.fromEntries([...kept].map(([name, part]) => [name, part.read()]));
  led = true;
  location.hash = write({ selected: id, values });
}

/** Something was selected where it lies, or nothing any more: a step of history that tells nobody,
    and at which the browser scrolls nowhere (it does when a hash is set, to the top for none). */
export function chosen(id: string): void {
  if (id === selected()) return;
  const values = Object.fromEntries([...kept].map(([name, part]) => [name, part.read()]));
  try {
    history.pushState(null, "", `#${write({ selected: id, values })}`);
  } catch {
    // a frame that was written by its page (as in a notebook) has no address of its own
  }
}

/** A click on a link of a page to an element whose id begins so selects it, or does `then`. */
export function links(
  page: HTMLElement,
  prefix: string,
  then: (id: string, link: Element) => void = select,
): void {
  page.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.<HTMLAnchorElement>(`a[href^="#${prefix}"]`);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    then(decode(link.hash.slice(1)), link);
  });
}

/** Call `follow` with what is selected, now and whenever it changes; byLink: not at the start. */
export function onSelect(follow: (id: string, byLink: boolean) => void): void {
  followers.push(follow);
}

// until the address has been read, nothing is written into it
let applying = true;
// whether what is selected next shows itself, whatever view the address still has
let led = false;
function tell(byLink: boolean): void {
  for (const follow of followers) follow(selected(), byLink);
}

/** Bring back what the address says; a page calls it once, when all of its parts are there. */
export function begin(): void {
  // a link of the page leads somewhere in it, and leaves the rest as it is
  let inside = false;
  document.addEventListener("click", ({ target }) => {
    inside = Boolean((target as Element).closest?.('a[href^="#"]'));
  });
  const apply = (first: boolean) => {
    const { values } = parse(location.hash);
    applying = true;
    // any other address says all: what it leaves out is as at the start
    const left = first || inside ? [] : [...kept].filter(([name]) => !(name in values));
    const back = left.filter(([, part]) => part.read() !== "");
    for (const [, part] of back) part.apply("");
    // what one part brings back can change what another keeps
    for (const [name, part] of kept) {
      if (name in values && (back.length || values[name] !== part.read())) part.apply(values[name]);
    }
    inside = false;
    applying = false;
    tell(!first);
    // a view that was chosen by hand counts more than the one that a selection shows
    if (!led && values.view) kept.get("view")?.apply(values.view);
    led = false;
    if (location.hash) changed();
  };
  window.addEventListener("hashchange", () => apply(false));
  if (document.readyState === "complete") apply(true);
  else window.addEventListener("load", () => apply(true));
}
