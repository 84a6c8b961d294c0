// The same tests through both front doors: FastCGI workers and CGI.
import { after, before, describe, test } from 'node:test';
import { alone } from './client.mjs';
import { startServer } from './server.mjs';

export const both = ['fcgi', 'cgi'];

// inModes runs define(at) once per mode; at.base is the server's address, and
// at.mode, at.server are for tests that differ. The servers end with the tests.
export function inModes(modes, options, define) {
  sideBySide(modes.join(', '), () => {
    for (const mode of modes) oneMode(mode, options, define);
  });
}

// For tests that need the pool of those who wait to themselves: inTurn(at) answers
// another `test`, whose tests run one after the other.
export const inTurn = (at) => (name, run) => test(name, () => alone(at.base, run));

// Most tests wait most of their time: they may do that together.
export function sideBySide(name, define) {
  describe(name, { concurrency: true }, define);
}

// Nobody is away, waits no longer, or is told to come again, because the machine is
// busy. With CGI there is a process for each request: all wait for their turn to write.
export const patience = { PARLEY_AWAY_S: '300', PARLEY_GONE_S: '600', PARLEY_FRESH_S: '300', PARLEY_LOCK_WAIT_MS: '7000' };

// So many tests at a time: with CGI each of them keeps a processor busy.
const together = { fcgi: true, cgi: 3 };

function oneMode(mode, options, define) {
  describe(mode, { concurrency: together[mode] }, () => {
    const at = { mode };
    before(async () => {
      at.server = await startServer({ mode, ...options, env: { ...patience, ...options.env } });
      at.base = at.server.base;
    });
    after(() => at.server?.stop());
    define(at);
  });
}
