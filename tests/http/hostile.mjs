// Requests that different readers would read differently, or that lie about
// themselves: [name, bytes, the statuses of all answers, how many requests a
// handler gets to see]. Whatever is not here word for word is a find.
const host = 'Host: x\r\n';
const json = 'Content-Type: application/json\r\n';
export const close = 'Connection: close\r\n';
const evil = 'GET /evil HTTP/1.1\r\nHost: x\r\n\r\n';
const post = (headers, body, version = 'HTTP/1.1') => `POST /api/leave ${version}\r\n${host}${json}${headers}\r\n${body}`;
const get = (headers = '', target = '/api/stats', version = 'HTTP/1.1') => `GET ${target} ${version}\r\n${host}${headers}\r\n`;
const chunked = 'Transfer-Encoding: chunked\r\n';

// POST /api/leave without a token is a 401 as soon as its body has been read.
export const smuggling = [
  ['a length and chunks: chunks are more', post(`Content-Length: 6\r\n${chunked}`, `0\r\n\r\n${evil}`), [400], 0],
  ['a length and chunks: the length is more', post(`${chunked}Content-Length: 40\r\n`, `0\r\n\r\n${evil}`), [400], 0],
  ['chunks said twice', post(`${chunked}${chunked}`, `0\r\n\r\n${evil}`), [400], 0],
  ['chunks and identity', post(`${chunked}Transfer-Encoding: identity\r\n`, `0\r\n\r\n${evil}`), [400], 0],
  ['identity, chunked in one', post('Transfer-Encoding: identity, chunked\r\n', '0\r\n\r\n'), [501], 0],
  ['chunked twice in one', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'), [501], 0],
  ['an unknown coding before chunks', post('Transfer-Encoding: cow, chunked\r\n', '0\r\n\r\n'), [501], 0],
  ['xchunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), [501], 0],
  ['chunked with a control byte', post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'), [501], 0],
  ['chunked with a NUL', post('Transfer-Encoding: chunked\0\r\n', '0\r\n\r\n'), [400], 0],
  ['chunked in quotes', post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'), [501], 0],
  ['a space before the colon', post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${evil}`), [400], 0],
  ['a tab before the colon', post('Transfer-Encoding\t: chunked\r\n', `0\r\n\r\n${evil}`), [400], 0],
  ['a space before the name', post('X: y\r\n Transfer-Encoding: chunked\r\n', `0\r\n\r\n${evil}`), [400], 0],
  ['a header folded', post('Content-Length:\r\n 2\r\n', '{}'), [400], 0],
  ['chunked in HTTP/1.0', post(chunked, `0\r\n\r\n${evil}`, 'HTTP/1.0'), [400], 0],
  ['two lengths that agree', post('Content-Length: 2\r\nContent-Length: 2\r\n', '{}'), [400], 0],
  ['two lengths that do not', post('Content-Length: 2\r\nContent-Length: 45\r\n', `{}${evil}`), [400], 0],
  ['two lengths in one', post('Content-Length: 2, 2\r\n', '{}'), [400], 0],
  ['a length with a plus', post('Content-Length: +2\r\n', '{}'), [400], 0],
  ['a length below nothing', post('Content-Length: -2\r\n', '{}'), [400], 0],
  ['a length in hexadecimals', post('Content-Length: 0x2\r\n', '{}'), [400], 0],
  ['a length with a point', post('Content-Length: 2.0\r\n', '{}'), [400], 0],
  ['a length beyond all numbers', post('Content-Length: 18446744073709551618\r\n', '{}'), [400], 0],
  ['a length in other digits', post('Content-Length: \xd9\xa2\r\n', '{}'), [400], 0],
  ['no length', post('Content-Length:\r\n', ''), [400], 0],
  ['a length with an underscore is none', post(`Content_Length: 2\r\n${close}`, ''), [401], 1],
  ['a chunk\'s length in other words', post(chunked, '0x2\r\n{}\r\n0\r\n\r\n'), [400], 0],
  ['a chunk below nothing', post(chunked, '-2\r\n{}\r\n0\r\n\r\n'), [400], 0],
  ['a chunk beyond all numbers', post(chunked, 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'), [400], 0],
  ['a chunk beyond what may be', post(chunked, '7fffffffffffffff\r\n{}\r\n0\r\n\r\n'), [400], 0],
  ['a chunk that is longer than it says', post(chunked, '2\r\n{}}\r\n0\r\n\r\n'), [400], 0],
  ['a chunk without a length', post(chunked, '\r\n{}\r\n0\r\n\r\n'), [400], 0],
  ['chunks with extensions', post(`${chunked}${close}`, '2;a=b;c="d"\r\n{}\r\n0;x\r\n\r\n'), [401], 1],
  ['an extension that looks like a request', post(`${chunked}${close}`, `2;${'x'.repeat(60)} GET /evil HTTP/1.1\r\n{}\r\n0\r\n\r\n`), [401], 1],
  ['trailers that look like headers', post(`${chunked}${close}`, '2\r\n{}\r\n0\r\nContent-Length: 99\r\nHost: evil\r\n\r\n'), [401], 1],
  ['a body of a GET', get(`Content-Length: ${evil.length}\r\n${close}`) + evil, [413], 1],
  ['a body of a GET in chunks', get(`${chunked}${close}`) + `${evil.length.toString(16)}\r\n${evil}\r\n0\r\n\r\n`, [413], 1],
  ['one request behind another', post('Content-Length: 2\r\n', '{}') + get() + get(close), [401, 200, 200], 3],
  ['one behind a refused one', post('Content-Length: 2, 2\r\n', '{}') + get(), [400], 0],
  ['one behind what is too large', post('Content-Length: 99999\r\n', get()), [413], 0],
  ['line ends without CR', get(close).replaceAll('\r\n', '\n'), [200], 1],
  ['line ends without LF', get(close).replaceAll('\r\n', '\r'), [400], 0],
  ['a CR within a header', get(`X: a\rHost: evil\r\n${close}`), [400], 0],
  ['empty lines first', `\r\n\r\n${get(close)}`, [200], 1],
  ['an upgrade to HTTP/2', get(`Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n${close}`), [200], 1],
  ['an upgrade to a WebSocket', get(`Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${close}`), [200], 1],
  ['HTTP/2 at once', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400], 0],
  ['TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', [400], 0],
  ['Expect', post(`Expect: 100-continue\r\nContent-Length: 2\r\n${close}`, '{}'), [100, 401], 1],
];

export const addresses = [
  ['an absolute address', `GET http://x/api/stats HTTP/1.1\r\n${host}${close}\r\n`, [200], 1],
  ['an absolute address of another', `GET http://evil.example/api/stats HTTP/1.1\r\n${host}${close}\r\n`, [200], 1],
  ['an absolute address with a name in it', `GET http://user:pass@x/api/stats HTTP/1.1\r\n${host}${close}\r\n`, [400], 0],
  ['an absolute address without a host', `GET http:///api/stats HTTP/1.1\r\n${host}${close}\r\n`, [400], 0],
  ['a file', `GET file:///etc/passwd HTTP/1.1\r\n${host}${close}\r\n`, [400], 0],
  ['a star', `OPTIONS * HTTP/1.1\r\n${host}${close}\r\n`, [400], 0],
  ['a tunnel', `CONNECT evil.example:443 HTTP/1.1\r\n${host}${close}\r\n`, [400], 0],
  ['no slash', `GET api/stats HTTP/1.1\r\n${host}${close}\r\n`, [400], 0],
  ['a space in it', `GET /api/st ats HTTP/1.1\r\n${host}${close}\r\n`, [400], 0],
  ['a control byte in it', `GET /api/st\x01ats HTTP/1.1\r\n${host}${close}\r\n`, [400], 0],
  ['no Host', `GET /api/stats HTTP/1.1\r\n${close}\r\n`, [400], 0],
  ['two Hosts', `GET /api/stats HTTP/1.1\r\n${host}Host: evil\r\n${close}\r\n`, [400], 0],
  ['two Hosts that agree', `GET /api/stats HTTP/1.1\r\n${host}${host}${close}\r\n`, [400], 0],
  ['a Host that is none', `GET /api/stats HTTP/1.1\r\nHost: a/b\r\n${close}\r\n`, [400], 0],
  ['a Host that goes up', `GET /api/stats HTTP/1.1\r\nHost: ..\r\n${close}\r\n`, [400], 0],
  ['HTTP/1.0 without a Host', 'GET /api/stats HTTP/1.0\r\n\r\n', [200], 1],
];

// [path, status]: nginx and the handler must see one and the same path.
export const paths = [
  ['//api/stats', 200], ['/./api/stats', 200], ['/x/../api/stats', 200], ['/%61pi/stats', 200], ['/api%2fstats', 200], ['/api/%2e/stats', 200],
  ['/api/x/%2e%2e/stats', 200], ['/api//stats', 200], ['/api/stats#x', 200], ['/api/stats?%00', 200], ['/api/stats?a=b&a=b', 200],
  ['/api/stats/', 404], ['/API/stats', 404], ['/api/STATS', 404], ['/api/stats;x', 404], ['/api/stats;jsessionid=1', 404], ['/api\\stats', 404],
  ['/api/stats%20', 404], ['/api/stats.', 404], ['/api/stats.json', 404], ['/api/stats%3fx', 404], ['/api/stats%0d%0aX:y', 404], ['/api/%2561pi', 404],
  ['/api/..%252fhealthz', 404], ['/api/stats%00', 400], ['/api/stats%', 400], ['/api/stats%zz', 400], ['/api/%c0%af', 404], ['/../api/stats', 400],
  ['/api/../../etc/passwd', 400], ['/api/%ff', 404], ['/api/poll/..%2fstats', 200], ['/js/..%2fapi/stats', 200], ['/plain/../api/stats', 200],
  ['/api/image/../stats', 200], ['/api/image/..%5cstats', 404], ['/-/error', 404], ['/api/poll?cursor=%00', 401], ['/api/poll?cursor=1&cursor=2', 401],
];
