// The result as Markdown: for a terminal, and for the README.
const whole = (value) => (Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '–');
const short = (value) => (Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0) : '–');
const range = (found, show = whole) => (found && Number.isFinite(found.median)
  ? `${show(found.median)}${found.n > 1 ? ` (${show(found.min)}–${show(found.max)})` : ''}` : 'fault');
const kib = (found) => range({ ...found, median: found.median / 1024, min: found.min / 1024, max: found.max / 1024 }, short);

function markdown(head, lines) {
  const cells = [head, ...lines].map((line) => line.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  const text = (line) => `| ${line.map((word, i) => word.padEnd(widths[i])).join(' | ')} |`;
  return [text(cells[0]), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.slice(1).map(text)].join('\n');
}

const sections = {
  1: ({ rows }) => markdown(['people', 'in flight', 'server', 'messages a second', 'Parley to it', 'CPU µs a message', 'an acknowledged message is'],
    rows.map((row) => [row.people, row.inflight, row.title, range(row.perSecond), row.peer === 'parley' ? '' : `${range(row.parleyRatio, short)}`, range(row.cpuPerMessage, short), row.durable])),
  2: ({ rows, fdatasync }) => `${markdown(['work', 'server', 'p50 µs', 'p99 µs', 'p99.9 µs', 'an acknowledged message is'],
    rows.map((row) => [row.work, row.title, range(row.p50), range(row.p99), range(row.p999), row.durable]))}

One 4 KiB append and fdatasync on this disk: p50 ${range(fdatasync.p50)} µs, p99 ${range(fdatasync.p99)} µs.`,
  3: ({ rows }) => markdown(['work', 'people', 'server', 'pairings a second', 'a pairing is'],
    rows.map((row) => [row.work, whole(row.people), row.title, range(row.perSecond), row.durable])),
  4: ({ rows }) => markdown(['held', 'server', 'worker KiB each', 'nginx KiB each', 'idle, % of a core', '100 people beside: p99 µs', 'without: p99 µs'],
    rows.map((row) => [whole(row.people), row.title, kib(row.worker), kib(row.nginx), short(row.idle.median * 100), range(row.p99Beside), range(row.p99Without)])),
  5: ({ rows, rate, hour }) => `${markdown(['stored events', 'held polls', `CPU µs a message at ${whole(rate)} a second`, 'against the first'],
    rows.map((row) => [whole(row.events), whole(row.people), range(row.cpuPerMessage, short), range(row.against, short)]))}
${hour ? `
An hour simulated: ${whole(hour.messages)} messages in ${short(hour.seconds)} s, an hour of ${whole(hour.messages / 3600)} a second. Then: file ${whole(hour.fileBytes / 1024)} KiB, WAL ${whole(hour.walBytes / 1024)} KiB, longest time without an acknowledgement ${short(hour.longestStallMs)} ms, CPU ${range(hour.cpuPerMessageAfter, short)} µs a message.` : ''}`,
  6: ({ rows, instructions }) => `${markdown(['people', 'in flight', 'bytes to the disk a message', 'bytes handed to the kernel'],
    rows.map((row) => [row.people, row.inflight, range(row.toDisk), range(row.toFiles)]))}

Instructions in the worker (callgrind): ${['send', 'poll'].map((name) => `${name} ${whole(instructions[name])}${changed(instructions.changePercent[name])}`).join(', ')}; with nothing to do ${whole(instructions.idleSecond)} a second.`,
};

function changed(percent) {
  if (percent === null) return ' (nothing to compare with: BENCH_SAVE=1 keeps it)';
  return ` (${percent >= 0 ? '+' : ''}${percent.toFixed(1)} % since it was kept)`;
}

export function table({ machine, rows, quick, when }) {
  const head = `${quick ? 'A quick run: few, short rounds. ' : ''}${when.slice(0, 10)}, ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}; nginx ${machine.nginx}, node ${machine.node}, socket.io ${machine.socketio}, nchan ${machine.nchan}; ${machine.workers} Parley workers. Load generator and servers share the machine. Median of alternating runs (minimum–maximum).`;
  return [head, ...Object.entries(rows).map(([number, row]) => `\n### ${number}. ${row.title}\n\n${sections[number](row)}`)].join('\n');
}

export function goalTable(goals) {
  const lines = goals.map((goal) => [goal.name, goal.wanted, goal.figure === null ? '' : `${short(goal.figure)}${goal.unit}`, goal.verdict]);
  return `\n### Goals\n\n${markdown(['goal', 'wanted', 'measured', ''], lines)}\n`;
}
