// Charts as plain SVG, to be read on a light and on a dark page.
const style = `<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.small { font-size: 11px; fill: #59636e }
.title { font-weight: 600; font-size: 15px }
.axis { stroke: #8c959f; stroke-width: 1 }
.ours { fill: #1a7f64 } .theirs { fill: #8c959f } .range { stroke: #1f2328; stroke-width: 1.5 }
.line { fill: none; stroke-width: 2.5 } .l0 { stroke: #1a7f64 } .l1 { stroke: #b35900 }
.d0 { fill: #1a7f64 } .d1 { fill: #b35900 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 } .range { stroke: #e6edf3 }
  .ours, .d0 { fill: #3fb58f } .l0 { stroke: #3fb58f } .l1 { stroke: #f0a04b } .d1 { fill: #f0a04b }
}
</style>`;

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const text = (x, y, words, extra = '') => `<text x="${x}" y="${y}" ${extra}>${escape(words)}</text>`;
const document = (width, height, label, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(label)}">\n${style}\n${parts.join('\n')}\n</svg>\n`;
const whole = (value) => Math.round(value).toLocaleString('en-US');

// Bars in groups: groups = [{title, bars: [{name, ours, median, min, max}]}].
export function bars(title, unit, groups) {
  const left = 290;
  const room = 380;
  const most = Math.max(...groups.flatMap((group) => group.bars.map((bar) => bar.max)));
  const x = (value) => left + (value / most) * room;
  const parts = [text(10, 24, title, 'class="title"')];
  let y = 44;
  for (const group of groups) {
    y += 20;
    parts.push(text(10, y, group.title, 'class="small"'));
    for (const bar of group.bars) {
      y += 24;
      parts.push(text(left - 8, y, bar.name, 'text-anchor="end"'),
        `<rect x="${left}" y="${y - 13}" width="${(x(bar.median) - left).toFixed(1)}" height="16" class="${bar.ours ? 'ours' : 'theirs'}"/>`,
        `<line x1="${x(bar.min).toFixed(1)}" x2="${x(bar.max).toFixed(1)}" y1="${y - 5}" y2="${y - 5}" class="range"/>`,
        text((x(bar.max) + 6).toFixed(1), y, whole(bar.median), 'class="small"'));
    }
    y += 8;
  }
  parts.push(text(10, y + 22, `${unit}; the thin line is from minimum to maximum`, 'class="small"'));
  return document(760, y + 36, title, parts);
}

// Lines over a logarithmic axis: series = [{name, points: [[x, y], ...]}].
export function lines(title, unit, below, series) {
  const points = series.flatMap((one) => one.points);
  const logs = points.map(([x]) => Math.log10(x));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const most = Math.max(...points.map(([, y]) => y)) * 1.15;
  const at = ([x, y]) => [60 + ((Math.log10(x) - low) / (high - low || 1)) * 560, 250 - (y / most) * 190];
  const parts = [text(10, 24, title, 'class="title"'), text(10, 46, unit, 'class="small"'),
    '<line x1="50" y1="250" x2="640" y2="250" class="axis"/>'];
  for (const x of new Set(points.map(([value]) => value))) parts.push(text(at([x, 0])[0], 268, whole(x), 'class="small" text-anchor="middle"'));
  series.forEach(({ name, points: own }, i) => {
    const dots = own.map(at);
    parts.push(`<polyline points="${dots.map((dot) => dot.map((v) => v.toFixed(1)).join(',')).join(' ')}" class="line l${i}"/>`);
    dots.forEach(([x, y], j) => parts.push(`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4" class="d${i}"/>`, text(x, y + (i ? -10 : 20), own[j][1].toFixed(1), 'class="small" text-anchor="middle"')));
    parts.push(`<rect x="${60 + i * 230}" y="${292}" width="12" height="12" class="d${i}"/>`, text(78 + i * 230, 303, name, 'class="small"'));
  });
  parts.push(text(345, 284, below, 'class="small" text-anchor="middle"'));
  return document(680, 316, title, parts);
}

const bar = (row, found) => ({ name: row.title, ours: row.peer === 'parley', ...found });

function throughput({ rows }) {
  const group = (inflight) => ({
    title: `${inflight} message${inflight > 1 ? 's' : ''} in flight for each person`,
    bars: rows.filter((row) => row.people === 100 && row.inflight === inflight && row.perSecond && row.peer !== 'null').map((row) => bar(row, row.perSecond)),
  });
  return bars('Messages delivered a second, 100 people', 'Parley: on disk before it is acknowledged; all others: in memory', [group(1), group(4)]);
}

function latency({ rows, fdatasync }) {
  const group = (work, name) => ({ title: `${work}: ${name}`, bars: rows.filter((row) => row.work === work && row[name]).map((row) => bar(row, row[name])) });
  const pair = group('one pair alone', 'p50');
  pair.bars.push({ name: 'one fdatasync of this disk', ours: false, ...fdatasync.p50 });
  return bars('Delivery latency', 'microseconds', [pair, group('one pair alone', 'p99')]);
}

function growth({ rows }) {
  const series = [...new Set(rows.map((row) => row.events))].map((events) => ({
    name: events ? `${whole(events)} unacknowledged events stored` : 'an empty database',
    points: rows.filter((row) => row.events === events && Number.isFinite(row.cpuPerMessage.median)).map((row) => [row.people, row.cpuPerMessage.median]),
  }));
  return lines('Processor time for each message', 'microseconds, nginx and workers', 'held polls beside', series);
}

function held({ rows }) {
  const of = (row) => ({ median: (row.worker.median + row.nginx.median) / 1024, min: (row.worker.min + row.nginx.min) / 1024, max: (row.worker.max + row.nginx.max) / 1024 });
  return bars('Memory for each held poll', 'KiB of user-space memory, server and nginx', [{ title: '10,000 held (quick: 1,000)', bars: rows.filter((row) => row.people === 10000 || rows.length === 1).map((row) => bar(row, of(row))) }]);
}

export function charts({ rows }) {
  const made = {};
  if (rows[1]) made['throughput.svg'] = throughput(rows[1]);
  if (rows[2]) made['latency.svg'] = latency(rows[2]);
  if (rows[4]) made['held.svg'] = held(rows[4]);
  if (rows[5]) made['growth.svg'] = growth(rows[5]);
  return made;
}
