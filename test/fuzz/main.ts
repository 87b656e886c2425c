/**
 * Sends random requests to a server with a data folder, kills it (SIGKILL), starts it again, and compares what it has with
 * what it had: `npm run test:fuzz -- --requests 100000`. Ends with 1 for a difference, a response with status 500, or a server that
 * does not start again.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { REGION } from "./place.ts";
import { type Clients, type Handles, randomFrom, randomRequest } from "./requests.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    parallel: { type: "string", default: "8" },
  },
});
const rounds = Number(values.kills);
const perRound = Math.ceil(Number(values.requests) / rounds);
const random = randomFrom(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), "fanfare-fuzz-"));
const handles: Handles = [];
const outcomes = new Map<string, number>();
const faults: string[] = [];

let server = await start();
for (let round = 1; round <= rounds && faults.length === 0; round++) {
  const { child, clients } = server;
  let sent = 0;
  const work = async () => {
    while (sent++ < perRound) {
      await send(randomRequest(random, handles), clients);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, work));
  const before = await ask(child, "state");
  child.kill("SIGKILL");
  await once(child, "exit");
  server = await start();
  const after = await ask(server.child, "state");
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    faults.push(`after kill ${round}: ${JSON.stringify({ before, after })}`);
  }
  console.error(`kill ${round} of ${rounds}, after ${round * perRound} requests: ${faults.length} faults`);
}
server.child.kill("SIGKILL");
const counts = [...outcomes].sort(([, one], [, other]) => other - one);
const total = counts.reduce((sum, [, count]) => sum + count, 0);
console.log(`${total} requests, ${rounds} kills, seed ${values.seed}: ${faults.length} faults`);
console.log(counts.map(([name, count]) => `  ${count} ${name}`).join("\n"));
console.log(faults.slice(0, 10).join("\n"));
if (faults.length === 0) {
  rmSync(folder, { recursive: true, force: true });
} else {
  console.log(`the data folder is ${folder}`);
}
process.exitCode = faults.length === 0 ? 0 : 1;

async function start(): Promise<{ child: ChildProcess; clients: Clients }> {
  const child = fork(new URL("server-main.ts", import.meta.url), [folder], { execArgv: process.execArgv });
  const [{ endpoint }] = (await once(child, "message")) as [{ endpoint: string }];
  const config = {
    endpoint,
    region: REGION,
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  return { child, clients: { sqs: new SQSClient(config), sns: new SNSClient(config), s3 } };
}

async function ask(child: ChildProcess, question: string): Promise<unknown> {
  const reply = once(child, "message");
  child.send(question);
  return (await reply)[0];
}

async function send(request: (clients: Clients) => Promise<unknown>, clients: Clients): Promise<void> {
  let name = "success";
  try {
    await request(clients);
  } catch (error) {
    const { name: code, $metadata: metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    name = code;
    if ((metadata?.httpStatusCode ?? 0) >= 500) {
      faults.push(`${code}: ${String(error)}`);
    }
  }
  outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
}
