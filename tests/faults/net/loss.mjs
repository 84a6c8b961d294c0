// A network that loses LOSS % of all packets both ways, doubles DUPLICATES % and
// resets RESETS %: several pairs talk all the same. BROKEN=nonce: as in drops.
import { dice, dropped, network, pairUp, prove, readAll, scene, seed } from './scene.mjs';

const { LOSS = '20', DUPLICATES = '10', RESETS = '3', PAIRS = '3', MESSAGES = '8', BROKEN = '' } = process.env;

await scene({}, async (server) => {
  const { port } = server;
  const random = dice();
  const some = (percent) => `numgen random mod 100 < ${percent} counter name dropped`;
  const pairs = [];
  for (let n = 0; n < Number(PAIRS); n++) pairs.push(await pairUp(port, `A${n}`, `B${n}`));
  network(port, [Number(LOSS) && `tcp dport ${port} ${some(LOSS)} drop; tcp sport ${port} ${some(LOSS)} drop;`,
    Number(RESETS) && `tcp sport ${port} tcp flags & (syn | fin) == 0 ${some(RESETS)} reject with tcp reset;`].filter(Boolean).join('\n'),
  Number(DUPLICATES) ? `table ip doubles { chain out { type filter hook output priority 0;
      meta mark 7 return
      tcp dport ${port} numgen random mod 100 < ${DUPLICATES} meta mark set 7 dup to 127.0.0.1 device "lo"
      tcp sport ${port} numgen random mod 100 < ${DUPLICATES} meta mark set 7 dup to 127.0.0.1 device "lo"
    }
    }` : '');
  const began = Date.now();
  const renew = BROKEN === 'nonce' ? (body, tries) => ({ ...body, nonce: `${body.nonce}-${tries}` }) : undefined;
  await Promise.all(pairs.map(async ([a, b]) => {
    let sends = true;
    const reading = [a, b].map(async (person) => { while (sends) await person.poll({ wait: 1 }); });
    for (let n = 0; n < Number(MESSAGES); n++) await (random() < 0.5 ? a : b).send(`m${n}`, { ms: 2000, renew });
    sends = false;
    await Promise.all(reading);
    await readAll(a, b);
    prove(a, b);
    prove(b, a);
  }));
  if (dropped() === 0) throw new Error('NOT PROVEN: nothing was dropped');
  console.log(`loss: ${Number(PAIRS) * Number(MESSAGES)} messages in ${Date.now() - began} ms, ${pairs.flat().reduce((sum, one) => sum + (one.retries ?? 0), 0)} retries, `
    + `${dropped()} packets lost or reset (${LOSS} %, ${RESETS} %, ${DUPLICATES} % doubled); nothing lost, nothing doubled; seed ${seed}`);
});
