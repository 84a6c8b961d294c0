// HTTP by hand: bytes go out as they are, and the answers are read strictly, so
// that one too many, or one of another request, shows.
import net from 'node:net';

// exchange writes bytes (or several pieces, one after the other), and answers
// {replies, rest, closed, refused}: what came until the server closed, or until
// nothing came for `quiet` ms after the last whole answer.
export function exchange(port, bytes, { quiet = 250, ms = 8000 } = {}) {
  return new Promise((resolve) => {
    const found = { isHead: bytes.toString('latin1').startsWith('HEAD '), got: Buffer.alloc(0), replies: [], closed: false, refused: false };
    const pieces = [].concat(bytes).map((piece) => (Buffer.isBuffer(piece) ? piece : Buffer.from(piece, 'latin1')));
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let still;
    const done = () => {
      clearTimeout(still);
      clearTimeout(late);
      socket.destroy();
      resolve({ replies: found.replies, rest: found.got.toString('latin1'), closed: found.closed, refused: found.refused });
    };
    const late = setTimeout(done, ms);
    socket.on('connect', async () => {
      for (const piece of pieces) {
        socket.write(piece);
        if (pieces.length > 1) await new Promise((next) => { setTimeout(next, 30); });
      }
    });
    socket.on('data', (part) => {
      found.got = Buffer.concat([found.got, part]);
      while (takeReply(found));
      clearTimeout(still);
      if (found.got.length === 0) still = setTimeout(done, quiet);
    });
    socket.on('error', (error) => { found.refused = error.code === 'ECONNREFUSED'; });
    socket.on('close', () => {
      found.closed = true;
      while (takeReply(found));
      done();
    });
  });
}

function takeReply(found) {
  const end = found.got.indexOf('\r\n\r\n');
  if (end < 0 || !/^HTTP\/1\.[01] \d{3} /.test(found.got.toString('latin1', 0, 13))) return false;
  const [first, ...lines] = found.got.toString('latin1', 0, end).split('\r\n');
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  const status = Number(first.split(' ')[1]);
  const body = takeBody(found, end + 4, status, headers);
  if (body === undefined) return false;
  found.replies.push({ status, headers, text: body.toString() });
  return true;
}

// One header as a text; two of a name are two, and stand side by side.
export const header = (reply, name) => reply.headers.filter(([found]) => found === name).map(([, value]) => value).join(' + ') || undefined;

function takeBody(found, at, status, headers) {
  const value = (name) => headers.find((one) => one[0] === name)?.[1];
  let length = found.isHead || status < 200 || status === 204 || status === 304 ? 0 : Number(value('content-length') ?? NaN);
  if (Number.isNaN(length)) {
    if (!found.closed && value('transfer-encoding') !== 'chunked') return undefined;
    const last = found.got.indexOf('0\r\n\r\n', at);
    if (!found.closed && last < 0) return undefined;
    length = (last < 0 ? found.got.length : last + 5) - at;
  }
  if (found.got.length < at + length) return undefined;
  const body = found.got.subarray(at, at + length);
  found.got = found.got.subarray(at + length);
  return body;
}
