// Many people at once: they live until `until()` (on performance.now()), then
// all read what is left for them. Answers the history of all.
import { sleep } from '../http/client.mjs';
import { Person } from './person.mjs';
import { randomFrom } from './random.mjs';

const QUIET_MS = 2500; // for what is on its way when all have stopped doing

export async function simulate(base, { people, ms, until, seed, history = [], ...options }) {
  const end = performance.now() + ms;
  const crowd = Array.from({ length: people }, (_, i) => new Person(base, i, randomFrom(seed * 100003 + i), history, options));
  await Promise.all(crowd.map((one) => one.live(until ?? (() => end))));
  await sleep(QUIET_MS);
  await Promise.all(crowd.map((one) => one.settle()));
  return history;
}

// The figures of a history, for people to read.
export function figures(history) {
  const asks = history.filter((h) => h.what === 'ask');
  const sends = asks.filter((a) => a.call === 'send' || a.call === 'image');
  const texts = (outcome) => new Set(sends.filter((a) => a.outcome === outcome).map((a) => `${a.who} ${a.text ?? a.nonce}`));
  const [acked, refused, unknown] = [texts('ok'), texts('failed'), texts('unknown')];
  const settled = [...unknown].filter((text) => acked.has(text) || refused.has(text)).length;
  const events = (type) => history.filter((h) => h.what === 'event' && h.type === type).length;
  const polls = asks.filter((a) => a.call === 'poll');
  return {
    sessions: history.filter((h) => h.what === 'join').length,
    chats: events('matched') / 2,
    requests: asks.length,
    acknowledged: acked.size,
    shown: events('message') + events('image'),
    unknown: unknown.size,
    settled,
    'polls 200': polls.filter((a) => a.status === 200).length,
    'polls unknown': polls.filter((a) => a.outcome === 'unknown').length,
    'asks unknown': asks.filter((a) => a.outcome === 'unknown').length,
  };
}
