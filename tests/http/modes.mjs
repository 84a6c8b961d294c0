// The same tests through both front doors: FastCGI workers and CGI.
import { after, before, describe } from 'node:test';
import { startServer } from './server.mjs';

export const both = ['fcgi', 'cgi'];

// inModes runs define(at) once per mode; at.base is the server's address, and
// at.mode, at.server are for tests that differ. The servers end with the tests.
export function inModes(modes, options, define) {
  sideBySide(modes.join(', '), () => {
    for (const mode of modes) oneMode(mode, options, define);
  });
}

// Most tests wait most of their time: they may do that together.
export function sideBySide(name, define) {
  describe(name, { concurrency: true }, define);
}

// A process for each request: on a busy machine, and with sanitizers, each may
// wait for long until it has its turn to write.
const patience = { fcgi: {}, cgi: { PARLEY_LOCK_WAIT_MS: '7000' } };

function oneMode(mode, options, define) {
  sideBySide(mode, () => {
    const at = { mode };
    before(async () => {
      at.server = await startServer({ mode, ...options, env: { ...patience[mode], ...options.env } });
      at.base = at.server.base;
    });
    after(() => at.server?.stop());
    define(at);
  });
}
