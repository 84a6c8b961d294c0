// A FastCGI responder that writes down what the front server hands on, and
// nothing else: in place of the workers, it shows what they would have seen.
import net from 'node:net';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { until } from './client.mjs';
import { record, TYPE } from './fcgi.mjs';
import { lives } from '../faults/bare.mjs';

// Ends the server's workers and takes their place: {requests, close()}. `answer`
// makes the text of an answer, as CGI has it; null: there comes none.
export async function echo(server, answer = () => 'Status: 200\r\nContent-Type: application/json\r\n\r\n{"echo":true}') {
  const pid = await server.pid();
  process.kill(pid, 'SIGTERM');
  await until(async () => !await lives(pid), 'the workers have ended', 15000);
  const socket = path.join(server.run, 'parley.sock');
  await rm(socket, { force: true });
  const requests = [];
  const open = new Set();
  const listener = net.createServer((peer) => {
    open.add(peer);
    peer.on('error', () => {}).on('close', () => open.delete(peer));
    serve(peer, requests, answer);
  });
  await new Promise((resolve) => { listener.listen(socket, resolve); });
  return {
    requests,
    close() {
      for (const peer of open) peer.destroy();
      listener.close();
    },
  };
}

function serve(peer, requests, answer) {
  let got = Buffer.alloc(0);
  let parts = { params: [], body: [] };
  peer.on('data', (data) => {
    got = Buffer.concat([got, data]);
    while (got.length >= 8 && got.length >= 8 + got.readUInt16BE(4) + got[6]) {
      const [type, length] = [got[1], got.readUInt16BE(4)];
      const content = got.subarray(8, 8 + length);
      got = got.subarray(8 + length + got[6]);
      if (type === TYPE.PARAMS) parts.params.push(content);
      if (type === TYPE.STDIN && length > 0) parts.body.push(content);
      if (type !== TYPE.STDIN || length > 0) continue;
      const request = { env: unpack(Buffer.concat(parts.params)), body: Buffer.concat(parts.body).toString('latin1') };
      parts = { params: [], body: [] };
      requests.push(request);
      const text = answer(request);
      if (text !== null) peer.write(Buffer.concat([record(TYPE.STDOUT, Buffer.from(text)), record(TYPE.STDOUT), record(TYPE.END, Buffer.alloc(8))]));
    }
  });
}

// Names and values as FastCGI 1.0 §3.4 has them.
function unpack(bytes) {
  const env = {};
  let at = 0;
  const size = () => {
    const short = bytes[at] < 128;
    const n = short ? bytes[at] : bytes.readUInt32BE(at) & 0x7fffffff;
    at += short ? 1 : 4;
    return n;
  };
  while (at < bytes.length) {
    const [name, value] = [size(), size()];
    env[bytes.toString('latin1', at, at + name)] = bytes.toString('latin1', at + name, at + name + value);
    at += name + value;
  }
  return env;
}
