// A reporter for node --test: the files in which a test has failed, one a line.
export default async function* failed(events) {
  for await (const { type, data } of events) {
    if (type === 'test:fail' && data.nesting === 0) yield `${data.file}\n`;
  }
}
