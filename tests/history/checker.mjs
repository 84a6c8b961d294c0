// What must hold of every history (see person.mjs). check() answers a list of
// complaints; of a good history it is empty.
import { index } from './index.mjs';
import { chats, finalStates, parting, sequences } from './chats.mjs';
import { messages, order, receipts, retractions } from './messages.mjs';
import { forgotten, phases, unexplained } from './service.mjs';
import { stranded } from './waiting.mjs';

const odd = ({ odd: list }) => list.map((h) => `an answer that must not be: ${JSON.stringify(h)}`);

const rules = [odd, sequences, chats, finalStates, parting, messages, order, retractions, receipts, stranded, phases, unexplained, forgotten];

export function check(history, options = {}) {
  const h = index(history, options);
  return rules.flatMap((rule) => [...rule(h, options)]);
}
