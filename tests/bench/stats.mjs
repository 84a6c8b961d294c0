// Few runs, noisy machine: the median, and how far the others are from it.
export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

export function summary(values) {
  const known = values.filter(Number.isFinite);
  return { median: median(known), min: Math.min(...known), max: Math.max(...known), n: known.length };
}

// Ratios of runs that stood next to each other: what slowed both cancels out.
export function ratio(ours, theirs) {
  return summary(ours.map((value, i) => value / theirs[i]));
}
