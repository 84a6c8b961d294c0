// What the figures were made on.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';

function versionOf(command, args, pattern) {
  try {
    const out = execFileSync('sh', ['-c', `${command} ${args} 2>&1`], { encoding: 'utf8' });
    return pattern.exec(out)?.[1] ?? '?';
  } catch {
    return '?';
  }
}

export function machine() {
  const require = createRequire(import.meta.url);
  const name = /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? os.type();
  return {
    cpu: os.cpus()[0].model.trim(),
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${name}, Linux ${os.release().split('-')[0]}`,
    nginx: versionOf('nginx', '-v', /nginx\/(\S+)/),
    node: process.versions.node,
    socketio: require('socket.io/package.json').version,
    nchan: versionOf('dpkg-query', '-W -f \'${Version}\' libnginx-mod-nchan', /(?:\d+:)?([\d.]+)/),
    load: os.loadavg()[0],
  };
}
