// Answers and requests that never arrive: a third of all sends and polls lose
// one of the two. The retry with its nonce settles it. BROKEN=nonce: a client
// that takes a new nonce each time; BROKEN=cursor: one that believes it has seen
// what it asked for.
import { dice, dropped, network, pairUp, prove, readAll, scene, seed } from './scene.mjs';

const { BROKEN = '', MESSAGES = '20' } = process.env;

await scene({}, async (server) => {
  network(server.port);
  const random = dice();
  const fault = () => ['mute', 'deaf', undefined][Math.floor(random() * 3)];
  const [ann, bob] = await pairUp(server.port, 'Ann', 'Bob');
  const sending = {
    ms: 300,
    how: (tries) => (tries === 0 ? fault() : undefined),
    renew: BROKEN === 'nonce' ? (body, tries) => ({ ...body, nonce: `${body.nonce}-${tries}` }) : undefined,
  };
  const polls = { answered: 0, lost: 0 };
  const poll = async (person) => {
    const how = fault();
    const before = person.cursor;
    const got = await person.poll({ how, wait: 1, ms: how ? 400 : 2500 });
    polls[got ? 'answered' : 'lost'] += 1;
    if (!got && BROKEN === 'cursor') person.cursor = before + 1;
  };
  let sends = true;
  const reading = [ann, bob].map(async (person) => { while (sends) await poll(person); });
  for (let n = 0; n < Number(MESSAGES); n++) await (n % 3 === 2 ? bob : ann).send(`m${n}`, sending);
  sends = false;
  await Promise.all(reading);
  await readAll(ann, bob);
  prove(ann, bob);
  prove(bob, ann);
  if (dropped() === 0 || !(ann.retries > 0) || polls.lost === 0) throw new Error('NOT PROVEN: nothing was dropped');
  console.log(`drops: ${ann.sent.length + bob.sent.length} messages, ${ann.retries + (bob.retries ?? 0)} retries, ${polls.lost} polls lost of `
    + `${polls.lost + polls.answered}, ${dropped()} packets dropped; nothing lost, nothing doubled; seed ${seed}`);
});
