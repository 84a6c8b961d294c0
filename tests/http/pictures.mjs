// Pictures for tests: the files of tests/unit/images, and some that are made here.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { root } from './server.mjs';

export const file = (name) => readFileSync(path.join(root, 'tests/unit/images', name));

// The type by which each is served, and its size as it is shown.
export const files = {
  'baseline.jpg': ['image/jpeg', 32, 48], 'progressive.jpg': ['image/jpeg', 48, 32],
  'grey.jpg': ['image/jpeg', 48, 32], 'cmyk.jpg': ['image/jpeg', 32, 48],
  'rgb.png': ['image/png', 32, 48], 'alpha.png': ['image/png', 48, 32],
  'palette.png': ['image/png', 48, 32], 'animated.png': ['image/png', 48, 32],
  'still.gif': ['image/gif', 48, 32], 'animated.gif': ['image/gif', 48, 32],
  'lossy.webp': ['image/webp', 48, 32], 'lossless.webp': ['image/webp', 48, 32],
  'marked.webp': ['image/webp', 48, 32], 'alpha.webp': ['image/webp', 48, 32],
  'animated.webp': ['image/webp', 48, 32],
};

// Node 18 has no zlib.crc32.
function crc32(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let c = ~0;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}

function chunk(name, data) {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(name), data, Buffer.alloc(4)]);
  bytes.writeUInt32BE(data.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

// A PNG in grey; its pixels are those of a picture of one line, if not given.
export function png(width, height, pixels = zlib.deflateSync(Buffer.alloc(width + 1)), more = []) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), ...more.map(([name, data]) => chunk(name, data)),
    chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

// A PNG of exactly so many bytes.
export function pngOf(length) {
  const empty = png(100, 100, Buffer.alloc(0)).length;
  return png(100, 100, Buffer.alloc(length - empty, 0x55));
}
