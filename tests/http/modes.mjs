// The same tests through both front doors: FastCGI workers and CGI.
import { after, before, describe } from 'node:test';
import { startServer } from './server.mjs';

// inModes runs define(at) once per mode; at.base is the server's address, and
// at.mode, at.server are for tests that differ. The servers end with the tests.
export function inModes(modes, options, define) {
  for (const mode of modes) {
    describe(mode, { concurrency: true }, () => {
      const at = { mode };
      before(async () => {
        at.server = await startServer({ mode, ...options });
        at.base = at.server.base;
      });
      after(() => at.server?.stop());
      define(at);
    });
  }
}

export const both = ['fcgi', 'cgi'];
