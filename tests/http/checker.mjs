// What must hold of every history (see model.mjs). check() answers a list of
// complaints; of a good history it is empty.

const group = (list, key) => {
  const groups = new Map();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
};

export function check(history, { strandedMs = 3000 } = {}) {
  const of = (what) => history.filter((h) => h.what === what);
  return [
    ...of('odd').map((h) => `an answer that must not be: ${JSON.stringify(h)}`),
    ...sequences(of('event')),
    ...chats(of('event')),
    ...messages(of('event'), of('acked'), over(history)),
    ...stranded(history, strandedMs),
  ];
}

// Every session's events are 1, 2, 3 ... as they were seen.
function* sequences(events) {
  for (const [who, list] of group(events, (e) => e.who)) {
    let last = 0;
    for (const e of list) {
      if (e.seq !== last + 1) yield `session ${who}: event ${e.seq} after ${last}`;
      last = e.seq;
    }
  }
}

// A chat has two sides; a side is in one chat at a time, and reads nothing of
// one that is over for it or that it never was in.
function* chats(events) {
  const sides = group(events.filter((e) => e.type === 'matched'), (e) => e.chat);
  for (const [chat, list] of sides) {
    const people = new Set(list.map((e) => e.who));
    if (people.size !== list.length) yield `chat ${chat}: somebody is in it twice, or with himself`;
    if (list.length > 2) yield `chat ${chat} has ${list.length} sides`;
  }
  for (const [who, list] of group(events, (e) => e.who)) {
    let chat = null;
    for (const e of list) {
      if (e.type === 'matched') chat = e.chat;
      else if (e.chat !== chat) yield `session ${who}: ${e.type} of chat ${e.chat} while in ${chat}`;
      if (e.type === 'left') chat = null;
    }
  }
}

// Sessions that ended, or never came back: they need not have read everything.
function over(history) {
  const settled = new Set(history.filter((h) => h.what === 'settled').map((h) => h.who));
  return (who) => !settled.has(who);
}

// Every acknowledged message is shown once, as it was, to the partner alone, in
// the order in which the sender had the answers.
function* messages(events, acked, isOver) {
  const shown = group(events.filter((e) => e.type === 'message'), (e) => e.id);
  const sides = group(events.filter((e) => e.type === 'matched'), (e) => e.chat);
  const sent = new Map();
  for (const a of acked) {
    const first = sent.get(a.id);
    if (!first) sent.set(a.id, a);
    else if (first.text !== a.text || first.at !== a.at) yield `id ${a.id} was given to two messages`;
  }
  for (const [text, list] of group(acked, (a) => a.text)) {
    if (new Set(list.map((a) => a.id)).size > 1) yield `message ${text} was stored more than once`;
  }
  for (const [id, list] of shown) {
    if (list.length > 1) yield `message ${list[0].text} was shown ${list.length} times`;
    for (const e of list) {
      const author = e.text.split(':')[0];
      if (author === e.who) yield `session ${e.who} was shown its own message ${e.text}`;
      if (!sides.get(e.chat)?.some((m) => m.who === e.who)) yield `message ${e.text} was shown to a stranger`;
      const a = sent.get(id);
      if (a && (a.text !== e.text || a.chat !== e.chat || a.at !== e.at)) yield `message ${a.text} arrived as ${e.text}`;
    }
  }
  for (const a of sent.values()) {
    const partner = sides.get(a.chat)?.find((m) => m.who !== a.who)?.who;
    if (!shown.has(a.id) && partner !== undefined && !isOver(partner)) yield `message ${a.text} was acknowledged and lost`;
    if (shown.has(a.id) && shown.get(a.id)[0].who !== partner) yield `message ${a.text} went to the wrong one`;
  }
  yield* order(events);
}

// Messages of one author within one chat are numbered in the order of sending.
function* order(events) {
  const message = events.filter((e) => e.type === 'message');
  for (const [key, list] of group(message, (e) => `${e.who} ${e.chat}`)) {
    let last = -1;
    for (const e of list) {
      const n = Number(e.text.split(':')[1]);
      if (n <= last) yield `reader and chat ${key}: message ${n} after ${last}`;
      last = n;
    }
  }
}

// Of two who wait and poll, none waits longer than this.
function* stranded(history, ms) {
  const since = new Map(); // who waits, and since when it is known to be here
  const drop = new Set(['vanish', 'end', 'settled']);
  for (const h of history) {
    if (drop.has(h.what) || (h.what === 'event' && h.type === 'matched')) since.delete(h.who);
    if (h.what === 'state') {
      if (h.state !== 'waiting') since.delete(h.who);
      else if (!since.has(h.who)) since.set(h.who, h.t);
    }
    const long = [...since].filter(([, t]) => h.t - t > ms);
    if (long.length < 2) continue;
    yield `sessions ${long.map(([who]) => who).join(', ')} all waited for more than ${ms} ms`;
    since.clear();
  }
}
