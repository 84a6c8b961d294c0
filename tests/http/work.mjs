// The work that a new session may cost, done; and sessions that pay for it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { call } from './client.mjs';

export function zeroBits(challenge, answer) {
  const hash = createHash('sha256').update(challenge + answer).digest();
  const word = hash.readUInt32BE(0);
  return word === 0 ? 32 + Math.clz32(hash.readUInt32BE(4)) : Math.clz32(word);
}

export function solve({ challenge, bits }) {
  for (let n = 0; ; n++) if (zeroBits(challenge, String(n)) >= bits) return { challenge, answer: String(n) };
}

// One that is not enough, by one bit at least.
export function failToSolve({ challenge, bits }) {
  for (let n = 0; ; n++) if (zeroBits(challenge, String(n)) < bits) return { challenge, answer: String(n) };
}

// A session from an address behind the proxy that the test is.
export function come(base, { from, name = 'Ann', work } = {}) {
  return call(base, 'POST', '/api/session', {
    body: { name, work }, headers: { 'x-forwarded-for': from },
  });
}

// What is asked for: {challenge, bits, expires_s}.
export async function asked(base, options) {
  const reply = await come(base, options);
  assert.equal(reply.status, 429, reply.text);
  assert.equal(reply.body.error.code, 'work');
  assert.ok(reply.body.error.message.length > 0);
  assert.match(reply.headers['retry-after'], /^[1-9]\d*$/);
  assert.match(reply.body.work.challenge, /^[A-Za-z0-9_-]{88}$/);
  return reply.body.work;
}
