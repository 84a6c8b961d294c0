// Rules of a history: messages and pictures, and what is told about them.
import { group } from './index.mjs';

const isMessage = (e) => e.type === 'message' || e.type === 'image';

// Every acknowledged message is shown once, as it was, to the partner alone;
// what is unknown once or not at all; what was refused never.
export function* messages(h) {
  const shown = group(h.events.filter(isMessage), (e) => e.id);
  const sent = new Map();
  for (const a of h.acked) {
    const first = sent.get(a.id);
    if (!first) sent.set(a.id, a);
    else if (first.text !== a.text || first.at !== a.at || first.nonce !== a.nonce) yield `id ${a.id} was given to two messages`;
  }
  yield* storedTwice(h);
  for (const [id, list] of shown) yield* shownRightly(h, id, list, sent.get(id));
  yield* texts(h);
  yield* pictures(h, sent);
  const taken = new Set(h.asks.filter((a) => a.call === 'retract' && a.outcome !== 'failed').map((a) => a.id));
  for (const a of sent.values()) {
    const partner = h.other(a.chat, a.who);
    const list = shown.get(a.id);
    if (!list && partner !== undefined && h.isThere(partner) && !taken.has(a.id)) yield `message ${a.text} was acknowledged and lost`;
    if (list && list[0].who !== partner) yield `message ${a.text} went to the wrong one`;
  }
}

function* storedTwice({ acked }) {
  for (const [text, list] of group(acked, (a) => a.text ?? `${a.who} ${a.nonce}`)) {
    if (new Set(list.map((a) => a.id)).size > 1) yield `message ${text} was stored more than once`;
  }
}

function* shownRightly({ sides }, id, list, a) {
  if (list.length > 1) yield `message ${id} was shown ${list.length} times`;
  for (const e of list) {
    if (e.text?.split(':')[0] === e.who || a?.who === e.who) yield `session ${e.who} was shown its own message ${e.text}`;
    if (!sides.get(e.chat)?.some((m) => m.who === e.who)) yield `message ${e.text} was shown to a stranger`;
    if (a && (a.text !== e.text || a.chat !== e.chat || a.at !== e.at || a.url !== e.url)) yield `message ${a.text} arrived as ${e.text}`;
  }
}

// A text names its author and number; each is shown once at most, and only if
// its sender asked for it and was not refused in the end.
function* texts({ events, sends, acked }) {
  const asked = group(sends.filter((a) => a.call === 'send'), (a) => a.text);
  const known = new Set(acked.map((a) => a.text));
  for (const [text, list] of group(events.filter((e) => e.type === 'message'), (e) => e.text)) {
    const tries = asked.get(text);
    if (list.length > 1) yield `message ${text} was shown ${list.length} times`;
    if (!tries && !known.has(text)) yield `message ${text} was shown, but nobody sent it`;
    if (tries && wasRefused(tries)) yield `message ${text} was refused, and shown`;
  }
}

// 409 says that the chat is over and that the nonce is not known: that settles
// what came before. Any other refusal counts only if every try was refused.
function wasRefused(tries) {
  if (tries.some((a) => a.outcome === 'ok')) return false;
  return tries.every((a) => a.outcome === 'failed') || (tries[0].nonce !== undefined && tries.at(-1).status === 409 && !tries.some((a) => a.status === 401));
}

// A picture has no text to be known by: of those that nobody acknowledged no
// more are shown than have an unknown end.
function* pictures({ events, sends, sides }, sent) {
  const key = (who, chat) => `${who} ${chat}`;
  const unknown = group(sends.filter((a) => a.call === 'image' && a.outcome === 'unknown'), (a) => key(a.who, a.chat));
  const nameless = events.filter((e) => e.type === 'image' && !sent.has(e.id));
  for (const [where, list] of group(nameless, (e) => key(sides.get(e.chat)?.find((m) => m.who !== e.who)?.who, e.chat))) {
    const tried = new Set((unknown.get(where) ?? []).map((a) => a.nonce)).size;
    if (list.length > tried) yield `pictures of ${where}: ${list.length} were shown, ${tried} may have been sent`;
  }
}

// What was acknowledged is shown in the order of the answers.
export function* order({ events, acked }) {
  const numbers = new Map(acked.filter((a) => a.text).map((a) => [a.id, Number(a.text.split(':')[1])]));
  const known = events.filter((e) => e.type === 'message' && numbers.has(e.id));
  for (const [key, list] of group(known, (e) => `${e.who} ${e.chat}`)) {
    let last = -1;
    for (const e of list) {
      const n = Number(e.text.split(':')[1]);
      if (n <= last) yield `reader and chat ${key}: message ${n} after ${last}`;
      last = n;
    }
  }
}

// What its sender took back is not shown afterwards, and the reader is told.
export function* retractions({ asks, events, acked, other, isThere }) {
  const asked = asks.filter((a) => a.call === 'retract' && a.outcome !== 'failed');
  const by = new Map(asked.map((a) => [a.id, a]));
  const author = new Map(acked.map((a) => [a.id, a.who]));
  const told = new Set(events.filter((e) => e.type === 'retracted').map((e) => e.id));
  for (const e of events) {
    const a = by.get(e.id);
    if (isMessage(e) && a?.outcome === 'ok' && e.t0 > a.t1) yield `message ${e.id} was shown after it was taken back`;
    if (e.type === 'retracted' && a?.who !== author.get(e.id)) yield `message ${e.id} was taken back by nobody`;
  }
  for (const a of asked) {
    const partner = other(a.chat, a.who);
    if (a.outcome === 'ok' && partner !== undefined && isThere(partner) && !told.has(a.id)) yield `session ${partner} was not told that ${a.id} was taken back`;
  }
}

// "Seen" comes of one's own messages, because the partner said so, and goes on.
export function* receipts({ asks, events, acked, other }) {
  const author = new Map(acked.map((a) => [a.id, a.who]));
  const said = new Set(asks.filter((a) => a.call === 'seen' && a.outcome !== 'failed').map((a) => `${a.who} ${a.id}`));
  const last = new Map();
  for (const e of events) {
    if (e.type !== 'seen') continue;
    const key = `${e.who} ${e.chat}`;
    if (author.has(e.upto) && author.get(e.upto) !== e.who) yield `session ${e.who}: "seen" of the message ${e.upto} of another`;
    if (!said.has(`${other(e.chat, e.who)} ${e.upto}`)) yield `session ${e.who}: "seen" of ${e.upto}, which nobody said`;
    if (Number(e.upto) <= (last.get(key) ?? -1)) yield `session ${e.who}: "seen" goes backward to ${e.upto}`;
    last.set(key, Number(e.upto));
  }
}
