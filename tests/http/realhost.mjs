// nginx/parley.conf as it would stand on a real host, its paths led into a folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './server.mjs';

function certify(folder) {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x',
    '-keyout', `${folder}/privkey.pem`, '-out', `${folder}/fullchain.pem`], { stdio: 'pipe' });
}

// Makes nginx.conf and what it includes; with `tls` the lines for TLS are taken in,
// and the server that leads to it, on a port of its own. `level` is the error log's.
// A port that is taken is no error to nginx -t.
export function realHost(folder, { tls = false, ports = { 80: 180, 443: 1443, redirect: 280 }, level = 'emerg' } = {}) {
  let conf = readFileSync(path.join(root, 'nginx/parley.conf'), 'utf8');
  if (tls) {
    certify(folder);
    conf = conf.replaceAll(/# ((listen .*443|ssl_).*;)/g, '$1').replaceAll('/etc/letsencrypt/live/chat.example.org/', `${folder}/`);
    assert.match(conf, /^    listen 443 ssl http2;/m);
    assert.match(conf, /^# server \{\n[^]*^# \}$/m);
    conf = conf.replace(/^# server \{\n[^]*^# \}$/m, (block) => block.replace(/^# ?/gm, '').replace('listen 80', `listen 127.0.0.1:${ports.redirect}`));
  }
  conf = conf
    .replaceAll(/listen \[::\].*;/g, '')
    .replaceAll(/listen (80|443)/g, (_, port) => `listen 127.0.0.1:${ports[port]}`)
    .replace('error.log emerg;', `error.log ${level};`)
    .replaceAll('/var/log/nginx/', `${folder}/`)
    .replaceAll('/run/parley/', `${folder}/`)
    .replaceAll('/usr/share/parley/www', path.join(root, 'www'));
  symlinkSync(path.join(root, 'nginx/parley'), path.join(folder, 'parley'));
  writeFileSync(path.join(folder, 'parley.conf'), conf);
  const temp = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'].map((kind) => `${kind}_temp_path tmp_${kind};`);
  writeFileSync(path.join(folder, 'nginx.conf'), `pid nginx.pid; error_log stderr; daemon off; master_process off;
    events { worker_connections 64; }
    http { ${temp.join(' ')} include parley.conf; }`);
}
