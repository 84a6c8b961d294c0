// Rule of a history: of people who wait and poll nobody waits longer than 2 s
// while somebody else does, who may be met. Counted is the time in which the
// service answers: in which something that has to be written is answered, and no
// worker is stopped with the polls that it holds.

const SILENCE_MS = 250; // without an answer for longer it does not count

// t => how long the service has answered until then.
function answeringTime(history) {
  const times = history.filter((h) => h.what === 'ask' && h.outcome === 'ok' && h.call !== 'poll').map((h) => h.t1).sort((a, b) => a - b);
  const stalls = history.filter((h) => h.what === 'fault' && h.stalls);
  const isStalled = (from, to) => stalls.some((f) => f.t0 < to && from < f.t1);
  const sums = [0];
  for (let i = 1; i < times.length; i++) {
    sums[i] = sums[i - 1] + (isStalled(times[i - 1], times[i]) ? 0 : Math.min(times[i] - times[i - 1], SILENCE_MS));
  }
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

// {who, from, to}: from when somebody is known to wait to when that was over. Of
// a chat the service says when it began, however late that is read.
function intervals({ history, asks, nearest }) {
  const wallToOwn = asks.length > 0 ? asks[0].t1 - asks[0].wall : 0;
  const open = new Map();
  const found = [];
  for (const h of history) {
    const now = waits(h);
    const t = h.t ?? h.t1;
    if (now && !open.has(h.who)) {
      open.set(h.who, { who: h.who, from: t, to: Infinity });
      found.push(open.get(h.who));
    }
    if (now !== false || !open.has(h.who)) continue;
    const met = h.what === 'event' ? nearest(h.at, t - wallToOwn) + wallToOwn : t;
    open.get(h.who).to = Math.min(t, met);
    open.delete(h.who);
  }
  const end = Math.max(...history.slice(-1000).map((h) => h.t ?? h.t1 ?? 0));
  for (const one of open.values()) one.to = end;
  return found;
}

// The longest that anything took meanwhile: on a machine that has no time nobody
// is met in time.
function slowest({ asks }, from, to) {
  return Math.max(0, ...asks.filter((a) => a.outcome === 'ok' && a.call !== 'poll' && a.t1 > from && a.t0 < to).map((a) => a.t1 - a.t0));
}

export function* stranded(h, { strandedMs = 2000 } = {}) {
  const answering = answeringTime(h.history);
  const pair = (a, b) => [a, b].sort().join(' ');
  const apart = new Set(h.asks.filter((a) => a.call === 'block' && a.outcome !== 'failed').map((a) => pair(a.who, h.other(a.left, a.who))));
  let active = [];
  for (const b of intervals(h)) {
    active = active.filter((a) => a.to > b.from);
    for (const a of active) {
      const to = Math.min(a.to, b.to);
      if (a.who === b.who || apart.has(pair(a.who, b.who)) || answering(to) - answering(b.from) <= strandedMs) continue;
      if (answering(to) - answering(b.from) <= strandedMs + slowest(h, b.from, to)) continue;
      yield `sessions ${a.who} and ${b.who} both waited for ${Math.round(answering(to) - answering(b.from))} ms`;
    }
    active.push(b);
  }
}
