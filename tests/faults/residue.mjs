// What is left of something in the files of a run: the needle itself, and as it
// may be written elsewhere (UTF-16, hex, base64 at any offset).
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const hex = (bytes) => bytes.toString('hex');

// Only what does not depend on the neighbours: two characters less at each end.
function base64s(bytes) {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
    return text.slice(shift ? shift + 1 : 0, -2);
  });
}

export function variants(needle) {
  const bytes = Buffer.from(needle);
  const all = { 'as it is': bytes };
  if (bytes.length < 8) return all;
  Object.assign(all, {
    'UTF-16LE': Buffer.from(needle.toString(), 'utf16le'), 'UTF-16BE': Buffer.from(needle.toString(), 'utf16le').swap16(),
    hex: Buffer.from(hex(bytes)), HEX: Buffer.from(hex(bytes).toUpperCase()),
    percent: Buffer.from([...bytes].map((b) => `%${hex(Buffer.from([b])).toUpperCase()}`).join('')),
  });
  base64s(bytes).forEach((text, at) => {
    all[`base64 at ${at}`] = Buffer.from(text);
    all[`base64url at ${at}`] = Buffer.from(text.replace(/\+/g, '-').replace(/\//g, '_'));
  });
  return all;
}

async function files(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...await files(at));
    else if (entry.isFile()) found.push(at);
  }
  return found;
}

// residue(folder, {what: needle}) -> ['what, hex, in parley.db-wal', ...]
export async function residue(folder, needles) {
  const found = [];
  for (const file of await files(folder)) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0)); // gone meanwhile
    for (const [what, needle] of Object.entries(needles)) {
      for (const [how, form] of Object.entries(variants(needle))) {
        if (bytes.includes(form)) found.push(`${what}, ${how}, in ${path.relative(folder, file)}`);
      }
    }
  }
  return found;
}
