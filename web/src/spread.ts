// Signs at one place move apart, as little as is needed, so that each can be seen and touched.

export interface Spot {
  x: number;
  y: number;
  /** It stays where it is; others keep away from it. */
  fixed?: boolean;
}

export interface Offset {
  x: number;
  y: number;
}

/** Rounds in which spots are pushed apart and drawn back, and most rounds after these. */
const ROUNDS = 150;
/** How much of what is missing a push brings, and how much of its way back a spot is drawn. With
    these, seven spots at one place move 24 pixels at most to stand 24 apart; without them 46. */
const PUSH = 0.5;
const PULL = 0.05;
/** Radians: no two directions of a crowd are alike. */
const GOLDEN_ANGLE = 2.4;

/**
 * Offsets that put spots at least so far from each other, in pixels, and as near as may be to
 * their places. The same spots always give the same picture.
 */
export function spread(spots: readonly Spot[], least: number): Offset[] {
  const now = spots.map(({ x, y, fixed }, i) => {
    const little = fixed ? 0 : 0.01; // at one and the same place there would be no direction
    return {
      x: x + little * Math.cos(GOLDEN_ANGLE * i),
      y: y + little * Math.sin(GOLDEN_ANGLE * i),
    };
  });
  for (let round = 0, crowded = true; round < 2 * ROUNDS && crowded; round++) {
    const loose = round < ROUNDS;
    crowded = false;
    for (const [i, spot] of now.entries()) {
      if (!loose || spots[i].fixed) continue;
      spot.x += PULL * (spots[i].x - spot.x);
      spot.y += PULL * (spots[i].y - spot.y);
    }
    for (let i = 0; i < now.length; i++) {
      for (let j = i + 1; j < now.length; j++) {
        const [a, b] = [now[i], now[j]];
        const far = Math.hypot(b.x - a.x, b.y - a.y);
        if (far >= least || (spots[i].fixed && spots[j].fixed)) continue;
        crowded = true;
        const angle = Math.atan2(b.y - a.y, b.x - a.x);
        const push = loose ? PUSH * (least - far) : least - far + 0.05;
        const share = spots[i].fixed ? 0 : spots[j].fixed ? 1 : 0.5;
        a.x -= Math.cos(angle) * push * share;
        a.y -= Math.sin(angle) * push * share;
        b.x += Math.cos(angle) * push * (1 - share);
        b.y += Math.sin(angle) * push * (1 - share);
      }
    }
  }
  return now.map(({ x, y }, i) => ({ x: x - spots[i].x, y: y - spots[i].y }));
}
