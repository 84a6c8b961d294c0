// What Parley is to reach, and whether it did: a goal whose row was not run,
// or had a fault, is left open.
const at = (rows, what) => rows?.rows?.find((row) => Object.entries(what).every(([name, value]) => row[name] === value));

function goal(name, wanted, figure, unit, isMet) {
  const known = typeof figure === 'number' && Number.isFinite(figure);
  return { name, wanted, figure: known ? figure : null, unit, verdict: known ? (isMet(figure) ? 'met' : 'not met') : 'open' };
}

const atLeast = (name, limit, figure, unit) => goal(name, `at least ${limit}${unit}`, figure, unit, (value) => value >= limit);
const atMost = (name, limit, figure, unit) => goal(name, `at most ${limit}${unit}`, figure, unit, (value) => value <= limit);

const ratios = [
  ['floor', 'floor', 0.85, 0.85],
  ['polling-direct', 'socket.io over polling', 3, 4],
  ['nchan', 'nchan', 0.65, 1],
  ['ws-direct', 'socket.io over WebSocket, direct', 0.6, 1],
  ['ws', 'socket.io over WebSocket, behind nginx', 0.6, 1],
];

function throughput(row) {
  const of = (peer, inflight) => at(row, { people: 100, peer, inflight });
  return [
    ...ratios.flatMap(([peer, title, one, four]) => [[1, one], [4, four]].map(([inflight, limit]) =>
      atLeast(`throughput against ${title}, ${inflight} in flight`, limit, of(peer, inflight)?.parleyRatio.median, ' ×'))),
    ...[1, 4].map((inflight) => atMost(`processor per message against the floor, ${inflight} in flight`, 1.3, of('floor', inflight)?.parleyCpuRatio.median, ' ×')),
  ];
}

function latency(row) {
  const pair = (peer) => at(row, { work: 'one pair alone', peer });
  const ours = pair('parley');
  const least = pair('floor')?.p50?.median + row?.fdatasync.p50.median;
  return [
    atMost('one pair alone, p50 against floor + fdatasync', 1.5, ours?.p50?.median / least, ' ×'),
    atMost('one pair alone, p99 against its p50', 5, ours?.p99?.median / ours?.p50?.median, ' ×'),
  ];
}

function held(row) {
  const of = (people) => at(row, { peer: 'parley', people });
  const most = of(19000);
  return [
    atLeast('held polls in one run', 19000, most?.people, ''),
    atMost('memory for each of them: worker', 1, most?.worker.median / 1024, ' KiB'),
    atMost('memory for each of them: all in', 8, (most?.worker.median + most?.nginx.median) / 1024, ' KiB'),
    atMost('delivery p99 beside 10,000 held polls, against without', 2, of(10000)?.p99Ratio.median, ' ×'),
    atMost('processor with 10,000 held and idle, of one core', 2, of(10000)?.idle.median * 100, ' %'),
  ];
}

function growth(row) {
  // Run by run against an empty database with 10 polls held.
  const more = (events, people) => (at(row, { events, people })?.against.median - 1) * 100;
  return [
    atMost('processor per message, 10 to 10,000 held polls', 15, more(0, 10000), ' % more'),
    atMost('processor per message, 0 to a million stored events', 15, more(1e6, 10), ' % more'),
  ];
}

export function goals({ rows }) {
  const arriving = at(rows[3], { work: 'arriving as fast as they can', peer: 'parley' });
  return [...throughput(rows[1]), ...latency(rows[2]), ...held(rows[4]), ...growth(rows[5]),
    atLeast('pairings a second, 5,000 arriving', 3000, arriving?.perSecond?.median, '')];
}
