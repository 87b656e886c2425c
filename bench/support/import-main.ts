/**
 * One cold start: imports a bundle, runs it with one record, and writes how long both took. Told `coverage`, it writes how many bytes
 * of the bundle's files were run instead.
 */
import { openSync, writeSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { lambdaContext } from "./context.ts";
import { smallOrders, sqsEvent } from "./records.ts";

const [, , file = "", what] = process.argv;
const session = what === "coverage" ? await startCoverage() : undefined;
const event = sqsEvent(1, smallOrders);
const context = lambdaContext();
writeLinesAsLambda();
const before = performance.now();
const { handler } = await import(pathToFileURL(file).href);
const imported = performance.now();
const answer = await handler(event, context);
const answered = performance.now();
if (answer.batchItemFailures.length > 0) {
  throw new Error("the record failed");
}
const times = {
  importMs: imported - before,
  firstInvocationMs: answered - imported,
  startMs: answered - before,
};
const result = session === undefined ? times : { ranBytes: await ranBytes(session) };
process.stdout.write(JSON.stringify(result));
process.exit(0);

/** In Lambda the console writes each line at once to a file descriptor, which is there from the beginning; here to none that anybody reads. */
function writeLinesAsLambda(): void {
  const sink = openSync("/dev/null", "w");
  const write = (line: unknown) => {
    writeSync(sink, `${String(line)}\n`);
  };
  Object.assign(console, { debug: write, info: write, warn: write, error: write });
}

async function startCoverage(): Promise<Session> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });
  return session;
}

/** Bytes of the files beside the entry that were run at least once. They are ASCII: a character is a byte. */
async function ranBytes(session: Session): Promise<number> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const folder = `${pathToFileURL(dirname(file)).href}/`;
  return result
    .filter(({ url }) => url.startsWith(folder))
    .map(({ functions }) => {
      const ranges = functions.flatMap((each) => each.ranges);
      const end = Math.max(...ranges.map(({ endOffset }) => endOffset));
      const ran = new Uint8Array(end);
      // Inner ranges come later: they say more than those around them.
      ranges.sort((left, right) => left.startOffset - right.startOffset || right.endOffset - left.endOffset);
      for (const { startOffset, endOffset, count } of ranges) {
        ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
      }
      return ran.reduce((sum, one) => sum + one, 0);
    })
    .reduce((sum, bytes) => sum + bytes, 0);
}
