// FastCGI 1.0 by hand: records as a front server writes them, or as none would.
import net from 'node:net';
import path from 'node:path';

export const TYPE = { BEGIN: 1, ABORT: 2, END: 3, PARAMS: 4, STDIN: 5, STDOUT: 6, STDERR: 7, DATA: 8, GET_VALUES: 9 };

// One record. `length` lies about the length; `version` and `padding` as given.
export function record(type, content = Buffer.alloc(0), { id = 1, version = 1, padding = 0, length } = {}) {
  const bytes = Buffer.from(content);
  const head = Buffer.from([version, type, id >> 8, id & 255, 0, 0, padding, 0]);
  head.writeUInt16BE(length ?? bytes.length, 4);
  return Buffer.concat([head, bytes, Buffer.alloc(padding)]);
}

export const begin = ({ role = 1, keep = 1, id = 1 } = {}) =>
  record(TYPE.BEGIN, [role >> 8, role & 255, keep, 0, 0, 0, 0, 0], { id });

function size(n) {
  if (n < 128) return Buffer.from([n]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((n | 0x80000000) >>> 0);
  return bytes;
}

// The variables as name-value pairs.
export const pairs = (env) => Buffer.concat(Object.entries(env).flatMap(([name, value]) => {
  const [n, v] = [Buffer.from(name), Buffer.from(String(value))];
  return [size(n.length), size(v.length), n, v];
}));

export const env = (method, uri, extra = {}) => {
  const [path_info, query] = uri.split('?');
  return { REQUEST_METHOD: method, PATH_INFO: path_info, ...(query ? { QUERY_STRING: query } : {}), ...extra };
};

// A whole request, as nginx sends it.
export function request(variables, body = '', options = {}) {
  const bytes = Buffer.from(body);
  const parts = [begin(options), record(TYPE.PARAMS, pairs(variables)), record(TYPE.PARAMS)];
  for (let at = 0; at < bytes.length; at += 65535) parts.push(record(TYPE.STDIN, bytes.subarray(at, at + 65535)));
  return Buffer.concat([...parts, record(TYPE.STDIN)]);
}

// A connection to a worker's socket.
export class Peer {
  constructor(run) {
    this.got = Buffer.alloc(0);
    this.closed = false;
    this.socket = net.connect({ path: path.join(run, 'parley.sock'), allowHalfOpen: true });
    this.socket.on('data', (part) => { this.got = Buffer.concat([this.got, part]); this.wake?.(); });
    this.socket.on('error', () => {});
    for (const how of ['end', 'close']) this.socket.on(how, () => { this.closed = true; this.wake?.(); });
  }

  send(...parts) {
    this.socket.write(Buffer.concat(parts));
    return this;
  }

  // The next answer {status, text}; null if the connection is closed first;
  // undefined if nothing comes in time.
  async answer(ms = 3000) {
    const end = Date.now() + ms;
    const out = [];
    for (;;) {
      const next = this.take();
      if (next?.type === TYPE.STDOUT) out.push(next.content);
      if (next?.type === TYPE.END) return parse(Buffer.concat(out).toString());
      if (next) continue;
      if (this.closed) return null;
      if (Date.now() >= end) return undefined;
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, 50);
      });
    }
  }

  take() {
    if (this.got.length < 8) return undefined;
    const whole = 8 + this.got.readUInt16BE(4) + this.got[6];
    if (this.got.length < whole) return undefined;
    const found = { type: this.got[1], content: this.got.subarray(8, 8 + this.got.readUInt16BE(4)) };
    this.got = this.got.subarray(whole);
    return found;
  }

  end() {
    this.socket.end();
    return this;
  }

  drop() {
    this.socket.destroy();
  }
}

function parse(text) {
  const at = text.indexOf('\r\n\r\n');
  const status = /^Status: (\d+)/.exec(text);
  return { status: status ? Number(status[1]) : 0, head: text.slice(0, at), text: text.slice(at + 4) };
}
