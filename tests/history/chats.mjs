// Rules of a history: queues, chats, and their ends.

import { group } from './index.mjs';

// Every session's events are 1, 2, 3 ... as they were seen.
export function* sequences({ byWho }) {
  for (const [who, list] of byWho) {
    let last = 0;
    for (const e of list) {
      if (e.seq !== last + 1) yield `session ${who}: event ${e.seq} after ${last}`;
      last = e.seq;
    }
  }
}

// A chat has two sides; a side is in one chat at a time, and reads nothing of
// one that is over for it or that it never was in.
export function* chats(h) {
  const { sides, byWho, names, isThere } = h;
  for (const [chat, list] of sides) {
    const people = new Set(list.map((e) => e.who));
    if (people.size !== list.length) yield `chat ${chat}: somebody is in it twice, or with himself`;
    if (list.length > 2) yield `chat ${chat} has ${list.length} sides`;
    for (const e of list) {
      const partner = names.get(e.partner?.name);
      if (partner === undefined) continue;
      if (list.length === 2 && !list.some((m) => m.who === partner && m !== e)) yield `chat ${chat}: ${e.who} was told of a wrong partner`;
      if (list.length === 1 && isThere(partner)) yield `chat ${chat}: ${partner} knows nothing of it`;
    }
  }
  const own = group(h.mayHaveParted, (a) => a.who);
  for (const [who, list] of byWho) {
    let chat = null;
    for (const e of list) {
      const isFree = chat === null || (own.get(who) ?? []).some((a) => a.t0 <= e.t && (a.left === chat || mayHaveLeft(h, a, chat)));
      if (e.type === 'matched' && !isFree) yield `session ${who}: matched in chat ${e.chat} while in ${chat}`;
      if (e.type === 'matched') chat = e.chat;
      else if (e.chat !== chat) yield `session ${who}: ${e.type} of chat ${e.chat} while in ${chat}`;
      if (e.type === 'left') chat = null;
    }
  }
}

// What a killed nginx had handed on lies in the socket until a worker reads it.
const LATE_MS = 10_000;

// May this request have parted its sender from a chat that it did not name? From
// one that it had not read of yet; `back` from any.
function mayHaveLeft({ sides, isAfter }, a, chat) {
  const matched = sides.get(chat).find((m) => m.who === a.who);
  const done = a.outcome === 'unknown' ? a.wall + LATE_MS : a.wall;
  return a.made !== chat && !isAfter(matched.at, done) && (a.t0 <= matched.t || a.call === 'back');
}

// Of a chat that goes on at the end both sides say so.
export function* finalStates({ history, isThere, other }) {
  const last = new Map(history.filter((h) => h.what === 'state').map((h) => [h.who, h]));
  for (const [who, { state, chat }] of last) {
    if (state !== 'chatting' || !isThere(who)) continue;
    const partner = other(chat, who);
    if (partner !== undefined && isThere(partner) && last.get(partner)?.chat !== chat) {
      yield `at the end ${who} is in chat ${chat}, and its partner ${partner} is not`;
    }
  }
}

// When did somebody first have the answer that a chat is left?
function overs(parted) {
  const found = new Map();
  for (const a of parted) if (!found.has(a.left) || found.get(a.left).t1 > a.t1) found.set(a.left, a);
  return found;
}

// After a chat was left nothing of it is accepted or new; its other side was
// told; whom somebody has blocked is never met again; an ended session is over.
export function* parting(h) {
  const over = overs(h.parted);
  yield* acceptedLate(h, over);
  for (const e of h.events) {
    const end = over.get(e.chat);
    if (end && h.isAfter(e.at, end.wall)) yield `session ${e.who}: ${e.type} of chat ${e.chat} is newer than its end`;
  }
  yield* untold(h);
  yield* metAgain(h);
  const ends = new Map(h.asks.filter((a) => a.call === 'end' && a.outcome === 'ok').map((a) => [a.who, a]));
  for (const a of h.asks) {
    const end = ends.get(a.who);
    if (end && a.outcome === 'ok' && a.call !== 'end' && a.t0 > end.t1) yield `session ${a.who} had ended, but its ${a.call} was answered`;
  }
}

const INTO_CHAT = new Set(['send', 'image', 'typing', 'seen', 'retract']);

function* acceptedLate({ asks }, over) {
  const begun = new Map(); // the first try of each nonce
  for (const a of asks) {
    if (!INTO_CHAT.has(a.call)) continue;
    const key = a.nonce === undefined ? a : `${a.who} ${a.nonce}`;
    if (!begun.has(key) || begun.get(key) > a.t0) begun.set(key, a.t0);
  }
  for (const a of asks) {
    const end = over.get(a.chat);
    if (!end || a.outcome !== 'ok' || !INTO_CHAT.has(a.call)) continue;
    if (begun.get(a.nonce === undefined ? a : `${a.who} ${a.nonce}`) > end.t1) yield `${a.call} of ${a.who} was accepted after chat ${a.chat} was left`;
  }
}

// Who did not part itself (perhaps from a chat that it had not read of yet) has
// read that the other one did.
function* untold(h) {
  const { parted, mayHaveParted, events, other, isThere } = h;
  const key = (who, chat) => `${who} ${chat}`;
  const blind = group(mayHaveParted, (a) => a.who);
  const blindly = (who, chat) => (blind.get(who) ?? []).some((a) => mayHaveLeft(h, a, chat));
  const told = new Set(events.filter((e) => e.type === 'left').map((e) => key(e.who, e.chat)));
  const own = new Set(mayHaveParted.map((a) => key(a.who, a.left)));
  const wentBack = new Set(mayHaveParted.filter((a) => a.call === 'back').map((a) => a.who));
  for (const a of parted) {
    const partner = other(a.left, a.who);
    if (partner === undefined || !isThere(partner) || wentBack.has(partner)) continue;
    if (!told.has(key(partner, a.left)) && !own.has(key(partner, a.left)) && !blindly(partner, a.left)) yield `session ${partner} was never told that chat ${a.left} is over`;
  }
}

function* metAgain({ asks, sides, other, isAfter }) {
  const pair = (a, b) => [a, b].sort().join(' ');
  const blocked = new Map();
  for (const a of asks) {
    const partner = a.call === 'block' && a.outcome === 'ok' ? other(a.left, a.who) : undefined;
    if (partner !== undefined) blocked.set(pair(a.who, partner), a.wall);
  }
  for (const [chat, list] of sides) {
    const wall = list.length === 2 ? blocked.get(pair(list[0].who, list[1].who)) : undefined;
    if (wall !== undefined && isAfter(list[0].at, wall)) yield `chat ${chat}: blocked people have met again`;
  }
}
