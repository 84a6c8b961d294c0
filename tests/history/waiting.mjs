// Rule of a history: of people who wait and poll nobody waits longer than 2 s
// while somebody else does, who may be met. Counted is the time in which the
// service answers: in which something that has to be written is answered.

const SILENCE_MS = 250; // without an answer for longer it does not count

// t => how long the service has answered until then.
function answeringTime(history) {
  const times = history.filter((h) => h.what === 'ask' && h.outcome === 'ok' && h.call !== 'poll').map((h) => h.t1).sort((a, b) => a - b);
  const sums = [0];
  for (let i = 1; i < times.length; i++) sums[i] = sums[i - 1] + Math.min(times[i] - times[i - 1], SILENCE_MS);
  return (t) => {
    let low = 0, high = times.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (times[mid] <= t) low = mid + 1;
      else high = mid;
    }
    return low === 0 ? 0 : sums[low - 1] + Math.min(t - times[low - 1], SILENCE_MS);
  };
}

const GONE = new Set(['vanish', 'end', 'settled']);

// Does this entry say that its person waits (true), does not (false), or nothing?
function waits(h) {
  if (GONE.has(h.what) || (h.what === 'event' && h.type === 'matched')) return false;
  if (h.what === 'state') return h.state === 'waiting';
  // Without an answer it may be taken for away: its time begins anew.
  if (h.what === 'ask' && (h.outcome === 'unknown' || h.outcome === 'cut')) return false;
  return undefined;
}

export function* stranded({ history, asks, other }, { strandedMs = 2000 } = {}) {
  const answering = answeringTime(history);
  const pair = (a, b) => [a, b].sort().join(' ');
  const apart = new Set(asks.filter((a) => a.call === 'block' && a.outcome !== 'failed').map((a) => pair(a.who, other(a.left, a.who))));
  const since = new Map(); // who waits, and since when it is known to be here
  for (const h of history) {
    const now = waits(h);
    if (now === undefined) continue;
    if (!now) since.delete(h.who);
    else if (!since.has(h.who)) since.set(h.who, answering(h.t));
    if (!now || since.size < 2) continue;
    const long = [...since].filter(([, t]) => answering(h.t) - t > strandedMs).map(([who]) => who);
    if (!long.some((a) => long.some((b) => a < b && !apart.has(pair(a, b))))) continue;
    yield `sessions ${long.join(', ')} all waited for more than ${strandedMs} ms`;
    since.clear();
  }
}
