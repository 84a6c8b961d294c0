// Rules of a history: what the service owes while things are killed.
//
//   {what: 'fault', name, rough, t0, t1}  something was broken; t1: it works
//                                         again. Only a rough one excuses that a
//                                         request has no answer.
//   {what: 'phase', t0, t1}               in it no poll gets anything but 200

const SLACK_MS = 1500; // connections that only look alive, repeated by nginx

export function* unexplained({ history, asks }) {
  const faults = history.filter((h) => h.what === 'fault' && h.rough);
  for (const a of asks) {
    if (a.outcome !== 'unknown') continue;
    if (!faults.some((f) => f.t0 <= a.t1 && a.t0 <= f.t1 + SLACK_MS)) {
      yield `${a.call} of ${a.who}: ${a.status ?? a.failure}, and no fault explains it`;
    }
  }
}

export function* phases({ history, asks }) {
  for (const p of history.filter((h) => h.what === 'phase')) {
    for (const a of asks) {
      if (a.call !== 'poll' || a.t0 < p.t0 || a.t1 > p.t1 || a.outcome === 'cut') continue;
      if (a.status !== 200 && a.status !== 401) yield `a poll of ${a.who} got ${a.status ?? a.failure} in a rolling restart`;
    }
  }
}
