// Clients that are no good neighbours, until this process is ended:
//   node crowd.mjs PORT '{"silent": 10000, "header": 200, "body": 200, "reader": 20, "picture": "/api/image/..."}'
// silent: connect and say nothing; header, body: a byte a second; reader: asks for
// a picture and takes a kilobyte a second. Who is put out comes back, as long as
// there is somebody to come back to. Says "ready" when all are there.
import net from 'node:net';

const port = Number(process.argv[2]);
const wanted = JSON.parse(process.argv[3]);
const long = 'x'.repeat(900);
const drips = []; // [socket, bytes, at]
const readers = [];
let open = 0;
let all = 0;

const kinds = {
  silent: () => {},
  header: (socket) => drips.push([socket, `GET /api/stats HTTP/1.1\r\nHost: x\r\nX: ${long}\r\n\r\n`, 0]),
  body: (socket) => {
    socket.write(`POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${long.length + 13}\r\n\r\n`);
    drips.push([socket, `{"name":"A${long}"}`, 0]);
  },
  reader: (socket) => {
    socket.write(`GET ${wanted.picture} HTTP/1.1\r\nHost: x\r\n\r\n`);
    socket.pause();
    readers.push(socket);
  },
};

function connect(kind) {
  const socket = net.connect({ port, host: '127.0.0.1', highWaterMark: 1024 });
  socket.on('error', () => {}).on('connect', () => {
    open += 1;
    kinds[kind](socket);
    if (open === all) console.log('ready');
  });
  socket.on('close', () => {
    for (const list of [drips, readers]) {
      const at = list.findIndex((one) => one === socket || one[0] === socket);
      if (at >= 0) list.splice(at, 1);
    }
    setTimeout(connect, 200, kind);
  });
}

for (const [kind, count] of Object.entries(wanted)) {
  if (!kinds[kind]) continue;
  all += count;
  for (let n = 0; n < count; n++) setTimeout(connect, n / 20, kind); // not all in one moment
}

setInterval(() => {
  for (const drip of drips) drip[0].write(drip[1][drip[2]++ % drip[1].length]);
  for (const socket of readers) socket.read(1024);
}, 1000);
