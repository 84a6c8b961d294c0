// Rules of a history: what the service owes while things are killed.
//
//   {what: 'fault', name, rough, t0, t1}  something was broken; t1: it works
//                                         again. Only a rough one excuses that a
//                                         request has no answer.
//                                         Where it `stalls`, polls hang unanswered
//                                         and the news with them (waiting.mjs).
//   {what: 'phase', t0, t1}               in it no poll gets anything but 200

const SLACK_MS = 1500; // connections that only look alive, repeated by nginx

export function* unexplained({ history, asks }) {
  const faults = history.filter((h) => h.what === 'fault' && h.rough);
  for (const a of asks) {
    if (a.outcome !== 'unknown' || (a.lost && a.status === undefined)) continue;
    if (!faults.some((f) => f.t0 <= a.t1 && a.t0 <= f.t1 + SLACK_MS)) {
      yield `${a.call} of ${a.who}: ${a.status ?? a.failure}, and no fault explains it`;
    }
  }
}

export function* phases({ history, asks }) {
  for (const p of history.filter((h) => h.what === 'phase')) {
    for (const a of asks) {
      if (a.call !== 'poll' || a.t0 < p.t0 || a.t1 > p.t1 || a.outcome === 'cut' || (a.lost && a.status === undefined)) continue;
      if (a.status !== 200 && a.status !== 401) yield `a poll of ${a.who} got ${a.status ?? a.failure} in a rolling restart, after ${Math.round(a.t1 - a.t0)} ms`;
    }
  }
}

// A session is there until it is ended: nobody else is told 401.
export function* forgotten({ asks }) {
  const ended = new Map();
  for (const a of asks) if (a.call === 'end' && !(ended.get(a.who) <= a.t0)) ended.set(a.who, a.t0);
  for (const a of asks) {
    if (a.status === 401 && a.who !== undefined && !(ended.get(a.who) <= a.t1)) yield `session ${a.who} was forgotten: its ${a.call} got 401`;
  }
}
