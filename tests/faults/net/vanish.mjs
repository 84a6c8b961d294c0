// Clients that vanish without a word (no FIN, no RST): in the middle of a held
// poll, of a header, of a body. Who comes back on another wire has everything;
// who does not is away and then gone; and nothing of them stays in the workers.
// BROKEN=tell: they do say goodbye.
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import { cut, dropped, network, pairUp, prove, scene, seed, sleep, Wire } from './scene.mjs';

const { BROKEN = '', GHOSTS = '120' } = process.env;

// A connection that has sent this much, and whose end is gone then.
async function ghost(port, bytes) {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => { socket.on('connect', resolve); });
  socket.write(bytes);
  await sleep(100);
  if (BROKEN !== 'tell') cut('gone', socket.localPort);
  socket.destroy();
}

const LIVING = 4; // connections that Ann and Bob have at one moment, and not at another
async function descriptors(pids) {
  const all = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/fd`)));
  return all.reduce((sum, list) => sum + list.length, 0);
}

async function within(ms, what, holds) {
  const began = Date.now();
  while (!await holds()) {
    if (Date.now() - began > ms) throw new Error(`not within ${ms} ms: ${what} (seed ${seed})`);
    await sleep(50);
  }
  return Date.now() - began;
}

const settings = { PARLEY_HOLD_S: '2', PARLEY_HOLD_MAX_S: '2', PARLEY_AWAY_S: '3', PARLEY_GONE_S: '10' };
await scene({ env: settings }, async (server) => {
  const { port } = server;
  network(port);
  const [ann, bob] = await pairUp(port, 'Ann', 'Bob');
  const poll = () => `GET /api/poll?cursor=${bob.cursor}&wait=2 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\n\r\n`;

  // Back at once, on another wire.
  for (let n = 0; n < 5; n++) {
    await ghost(port, poll());
    await ann.send(`m${n}`);
    await bob.poll({ wait: 2 });
  }
  prove(ann, bob);
  if (bob.events.some((event) => event.type === 'left') || ann.events.some((event) => event.type === 'left')) throw new Error('a chat ended');

  // A crowd that vanishes in the middle of everything.
  const workers = await server.workerPids();
  const crowd = async () => {
    const ghosts = [];
    for (let n = 0; n < Number(GHOSTS); n++) {
      const one = new Wire(port, `G${n}`);
      if (n % 3 === 0) await one.join();
      const middle = [`GET /api/poll?wait=2 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${one.token}\r\n\r\n`, 'GET /api/poll HTTP/1.1\r\nHo',
        'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"name":'][n % 3];
      ghosts.push(ghost(port, middle));
    }
    await Promise.all(ghosts);
    return Date.now();
  };
  let stays = true;
  const living = [ann, bob].map(async (person) => { while (stays) await person.poll({ wait: 1 }); });
  // nginx keeps its connections to the workers: those of the first crowd serve the second, unless a worker waits for the dead.
  await crowd();
  await sleep(3000);
  const before = await descriptors(workers);
  const since = await crowd();
  await within(10000, 'the workers let go of those who vanished', async () => {
    await sleep(100);
    return Date.now() - since > 2500 && await descriptors(workers) <= before + Number(GHOSTS) / 12 + LIVING;
  });
  const settled = Date.now() - since;
  stays = false;
  await Promise.all(living);
  if ((await server.workerPids()).join() !== workers.join()) throw new Error('a worker has ended');

  // And one who does not come back.
  ann.events.length = 0;
  await ghost(port, poll());
  const began = Date.now();
  await ann.hears('presence', 16000);
  const away = Date.now() - began;
  await ann.hears('left', 30000);
  if (dropped() === 0) throw new Error('NOT PROVEN: nobody has vanished');
  console.log(`vanish: 5 returns, twice ${GHOSTS} half-open connections, of which the workers let go in ${settled} ms; away after ${away} ms, `
    + `gone after ${Date.now() - began} ms (settings 3 s and 10 s, polls of 2 s); seed ${seed}`);
});
