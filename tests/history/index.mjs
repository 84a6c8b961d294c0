// A history, sorted into what the rules ask for.

export function group(list, key) {
  const groups = new Map();
  for (const item of list) {
    const name = key(item);
    const found = groups.get(name);
    if (found) found.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

const PARTING = new Set(['next', 'leave', 'block', 'end']);

// The machine's clock may have been set meanwhile, by hours (`offsets`, ms): `at`
// as it is meant, which is the nearest to `wall`.
const nearestOf = (offsets) => (at, wall) => offsets.map((o) => at - o).sort((a, b) => Math.abs(a - wall) - Math.abs(b - wall))[0];

export function index(history, { offsets = [0] } = {}) {
  const nearest = nearestOf(offsets);
  const of = (what) => history.filter((h) => h.what === what);
  const asks = of('ask');
  const events = of('event');
  const settled = new Set(of('settled').map((h) => h.who));
  const sends = asks.filter((a) => a.call === 'send' || a.call === 'image');
  const sides = group(events.filter((e) => e.type === 'matched'), (e) => e.chat);
  return {
    history, asks, events, sends, sides,
    odd: of('odd'),
    nearest,
    isAfter: (at, wall) => nearest(at, wall) > wall,
    names: new Map(of('join').map((h) => [h.name, h.who])),
    byWho: group(events, (e) => e.who),
    acked: [...of('acked'), ...sends.filter((a) => a.outcome === 'ok')],
    // Somebody who ended, or never came back, need not have read everything.
    isThere: (who) => settled.has(who),
    other: (chat, who) => sides.get(chat)?.find((m) => m.who !== who)?.who,
    parted: asks.filter((a) => a.outcome === 'ok' && PARTING.has(a.call) && a.left !== undefined),
    mayHaveParted: asks.filter((a) => ['ok', 'unknown'].includes(a.outcome) && (PARTING.has(a.call) || a.call === 'back')),
  };
}
