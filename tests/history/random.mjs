// A seeded random number generator (mulberry32): () => 0 <= x < 1.
export function randomFrom(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// One of a list; and one name of {name: weight}.
export const oneOf = (random, list) => list[Math.floor(random() * list.length)];

export function weighed(random, weights) {
  const all = Object.entries(weights);
  let dice = random() * all.reduce((sum, [, weight]) => sum + weight, 0);
  return all.find(([, weight]) => (dice -= weight) < 0)?.[0] ?? all[0][0];
}
