/**
 * Sends random requests to a server with a data folder, ends it (by SIGKILL; each fourth time it may write a snapshot first), starts it
 * again, and compares what it has with what it had: `npm run test:fuzz -- --requests 100000 --seed 5`. Ends with 1 for a difference, a
 * response that blames the server, or a server that does not start again.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Connection, type Reply } from "./connection.ts";
import { type Handles, type RawRequest, randomFrom, randomRequest } from "./requests.ts";

/** How often the progress is told. */
const PROGRESS_MS = 5_000;
/** Each of this many ends lets the server write its snapshot. */
const GRACEFUL_EVERY = 4;
/** More faults are of the same kinds. */
const MAX_FAULTS = 10;
/** S3's status for what it does not know. */
const NOT_IMPLEMENTED = 501;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    parallel: { type: "string", default: "8" },
  },
});
const total = Number(values.requests);
const rounds = Number(values.kills);
const perRound = Math.ceil(total / rounds);
const random = randomFrom(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), "fanfare-fuzz-"));
const handles: Handles = [];
const outcomes = new Map<string, number>();
const faults: string[] = [];
const started = Date.now();
let sent = 0;

console.error(`${total} requests, ${rounds} ends, seed ${values.seed}`);
const progress = setInterval(tell, PROGRESS_MS);
let server = await start();
for (let round = 1; round <= rounds && faults.length < MAX_FAULTS; round++) {
  const { child, connection } = server;
  let left = Math.min(perRound, total - sent);
  const work = async () => {
    while (left-- > 0 && faults.length < MAX_FAULTS) {
      await send(randomRequest(random, handles), connection);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, work));
  const before = await ask(child, "state");
  connection.close();
  const isGraceful = round % GRACEFUL_EVERY === 0;
  if (isGraceful) {
    child.send("close");
  } else {
    child.kill("SIGKILL");
  }
  await once(child, "exit");
  server = await start();
  const after = await ask(server.child, "state");
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    faults.push(`after end ${round} (${isGraceful ? "closed" : "killed"}): ${JSON.stringify({ before, after })}`);
  }
}
clearInterval(progress);
tell();
server.connection.close();
server.child.kill("SIGKILL");
const counts = [...outcomes].sort(([, one], [, other]) => other - one);
console.log(`${sent} requests, ${rounds} ends, seed ${values.seed}: ${faults.length} faults`);
console.log(counts.map(([name, count]) => `  ${count} ${name}`).join("\n"));
if (faults.length === 0) {
  rmSync(folder, { recursive: true, force: true });
} else {
  console.log(`${faults.join("\n")}\nthe data folder is ${folder}`);
}
process.exitCode = faults.length === 0 ? 0 : 1;

function tell(): void {
  const seconds = Math.max(1, Math.round((Date.now() - started) / 1_000));
  console.error(`${sent} of ${total} requests, ${seconds} s, ${faults.length} faults`);
}

async function start(): Promise<{ child: ChildProcess; connection: Connection }> {
  const child = fork(new URL("server-main.ts", import.meta.url), [folder], { execArgv: process.execArgv });
  const early = once(child, "exit").then(() => {
    throw new Error(`the server does not start on ${folder}`);
  });
  const [{ endpoint }] = (await Promise.race([once(child, "message"), early])) as [{ endpoint: string }];
  early.catch(() => {});
  return { child, connection: new Connection(endpoint) };
}

async function ask(child: ChildProcess, question: string): Promise<unknown> {
  const reply = once(child, "message");
  child.send(question);
  return (await reply)[0];
}

async function send(request: RawRequest, connection: Connection): Promise<void> {
  sent += 1;
  const reply = await connection.send(request);
  if (reply.status >= 500 && reply.status !== NOT_IMPLEMENTED) {
    faults.push(`${reply.status} ${reply.body.slice(0, 300)} for ${JSON.stringify(request)}`);
  }
  const outcome = reply.status < 300 ? "success" : codeOf(reply);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (reply.status === 200 && request.operation === "ReceiveMessage") {
    const { Messages = [] }: { Messages?: readonly { ReceiptHandle: string }[] } = JSON.parse(reply.body);
    handles.push(...Messages.map(({ ReceiptHandle }) => ReceiptHandle));
    handles.splice(0, handles.length - 50);
  }
}

/** The error's code, in any of the protocols. */
function codeOf({ status, body }: Reply): string {
  const [, code] = /"__type":"(?:[^"]*#)?([^"]+)"/.exec(body) ?? /<Code>([^<]+)<\/Code>/.exec(body) ?? [];
  return code ?? `status ${status}`;
}
