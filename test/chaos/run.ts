import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { SKUS } from "../../infra/demo/workload/orders.ts";
import {
  type Check,
  checkCompletions,
  checkDeadLetters,
  checkLake,
  checkLedger,
  checkOf,
  checkOutbox,
  checkStock,
  checkWebhooks,
  type DeadLetter,
  INITIAL_STOCK,
  readAllDeadLetters,
  redrive,
} from "./checks/index.ts";
import { type FaultCounts, FaultPlan, FaultProxy } from "./proxy/index.ts";
import { randomOf } from "./random.ts";
import { type Leftover, RuntimeProcess } from "./runtime/index.ts";
import { findResources, NAMES, type Resources } from "./runtime/resources.ts";
import { Traffic } from "./traffic.ts";
import { makeWorkload, Producer } from "./workload/index.ts";

export interface RunOptions {
  readonly seed: string;
  readonly events: number;
  /** How often the whole runtime is killed. */
  readonly kills: number;
  /** The cloud assembly of `app.ts`. */
  readonly assembly: string;
  /** Where everything of all runs is. */
  readonly folder: string;
  /** Where the crasher looks: `FANFARE_CHAOS_FOLDER` of the assembly. */
  readonly control: string;
  readonly onStep: (text: string) => void;
}

/** What a run found. */
export interface RunReport {
  readonly ok: boolean;
  readonly seed: string;
  readonly events: number;
  readonly seconds: number;
  readonly faults: FaultCounts;
  /** Handler processes that were killed in an invocation. */
  readonly crashes: number;
  readonly kills: readonly { readonly acknowledged: number; readonly inFlight: number; readonly restartMs: number }[];
  readonly traffic: {
    readonly calls: number;
    /** Calls that found the runtime down. */
    readonly unreachable: number;
    /** Messages handed to pollers, redeliveries counted. */
    readonly deliveries: number;
    /** Publications that the publisher gave up and the producer began anew. */
    readonly rejected: number;
  };
  /** Dead letters whose tries the faults had used up, redriven at the end: with Fanfare's reason, and moved by SQS itself. */
  readonly exhausted: { readonly withReason: number; readonly withoutReason: number };
  readonly checks: readonly Check[];
}

/** For one event: two cores manage hundreds a second. */
const PUBLISH_DEADLINE_MS = 15 * 60_000;
/** Without any progress, the queues are given up after this long: ten visibility timeouts. */
const STUCK_MS = 120_000;
const REDRIVES = 5;
/** So many messages must be in flight for a kill to be in the middle of something. */
const IN_FLIGHT = 10;
const IN_HAND_DEADLINE_MS = 3_000;

/** Runs the app under faults from beginning to end, and looks at what became of everything. */
export async function run(options: RunOptions): Promise<RunReport> {
  const { seed, assembly, folder, control, onStep } = options;
  const started = performance.now();
  const data = join(folder, `data-${seed}`);
  const seedFile = join(control, "seed");
  rmSync(join(control, "crashes.log"), { force: true });
  const traffic = new Traffic();
  const proxy = new FaultProxy({ plan: new FaultPlan(seed), onAnswered: traffic.note });
  await proxy.start();
  const runtime = new RuntimeProcess({ assembly, data, folder, clientEndpoint: proxy.endpoint });
  const leftovers: Leftover[] = [];
  const kills: RunReport["kills"][number][] = [];
  const workload = makeWorkload(options.events, seed);
  let resources: Resources | undefined;
  let producer: Producer | undefined;
  try {
    onStep("starting the app");
    const start = async (): Promise<void> => {
      await runtime.start((endpoint) => proxy.connect(endpoint));
      proxy.connect(runtime.endpoint);
    };
    await start();
    resources = await findResources(assembly, runtime.endpoint);
    await fillStock(resources);
    producer = new Producer(resources, proxy.endpoint);
    writeFileSync(seedFile, seed);
    proxy.active = true;

    onStep(`publishing ${workload.events} events, ${workload.poison.length} poisonous messages, and duplicates`);
    const published = producer.run(workload.tasks, AbortSignal.timeout(PUBLISH_DEADLINE_MS));
    const publisher = producer;
    await Promise.all([
      published,
      killNowAndThen(options, workload.events, publisher, traffic, async () => {
        const before = { acknowledged: publisher.acknowledged, inFlight: traffic.inFlight };
        leftovers.push(...(await runtime.kill()));
        traffic.forget();
        const down = performance.now();
        await start();
        kills.push({ ...before, restartMs: Math.round(performance.now() - down) });
        onStep(
          `killed and restarted the runtime at ${before.acknowledged} events, ${before.inFlight} messages in flight`,
        );
      }),
    ]);
    onStep("everything is acknowledged; waiting until the queues are empty");
    await whenQuiet(resources);

    rmSync(seedFile, { force: true });
    proxy.active = false;
    const exhausted = { withReason: 0, withoutReason: 0 };
    const redriven: DeadLetter[] = [];
    let deadLetters = await readAllDeadLetters(resources);
    for (let round = 0; round < REDRIVES && deadLetters.some(({ kind }) => kind === "exhausted"); round++) {
      countExhausted(deadLetters, exhausted);
      redriven.push(...deadLetters.filter(({ name, kind }) => name === "billing" && kind === "exhausted"));
      onStep(`redriving ${await redrive(resources, deadLetters)} messages whose tries were used up`);
      await whenQuiet(resources);
      deadLetters = await readAllDeadLetters(resources);
    }
    onStep("checking");
    const checks = [
      checkOf("published", `${producer.acknowledged} events acknowledged`, missing(producer, workload.events)),
      await checkLedger(resources, workload.orders, (orderId) =>
        redriven.some(({ body }) => body.includes(`"orderId":"${orderId}"`)),
      ),
      await checkStock(resources, workload.orders),
      await checkCompletions(resources, workload.orders),
      await checkOutbox(resources, workload.orders),
      await checkLake(resources, workload, traffic.analytics),
      ...(await checkWebhooks(resources, workload.webhooks)),
      checkDeadLetters(deadLetters, workload),
    ];
    leftovers.push(...(await runtime.stop()));
    const left = leftovers.map(({ pid, command }) => `process ${pid} outlived its runtime: ${command}`);
    checks.push(checkOf("processes", "nothing outlived a killed runtime", left));
    return {
      ok: checks.every(({ ok }) => ok),
      seed,
      events: workload.events,
      seconds: (performance.now() - started) / 1_000,
      faults: proxy.counts,
      crashes: crashesIn(control),
      kills,
      traffic: { ...proxy.traffic, deliveries: traffic.received, rejected: producer.rejected },
      exhausted,
      checks,
    };
  } finally {
    rmSync(seedFile, { force: true });
    producer?.close();
    resources?.close();
    await runtime.kill();
    await proxy.close();
    rmSync(data, { recursive: true, force: true });
  }
}

/** Kills at seeded shares of the events, the last time after all have been acknowledged, and while something is going on. */
async function killNowAndThen(
  { seed, kills }: RunOptions,
  events: number,
  producer: Producer,
  traffic: Traffic,
  kill: () => Promise<void>,
): Promise<void> {
  const random = randomOf(seed, "kills");
  for (let count = 1; count <= kills; count++) {
    const at = count === kills ? events : Math.floor(((count - random() * 0.6) / kills) * events);
    const deadline = Date.now() + PUBLISH_DEADLINE_MS;
    while (producer.acknowledged < at && Date.now() < deadline) {
      await delay(10);
    }
    const patience = Date.now() + IN_HAND_DEADLINE_MS;
    while (traffic.inFlight < IN_FLIGHT && Date.now() < patience) {
      await delay(1);
    }
    await kill();
  }
}

async function whenQuiet(resources: Resources): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let leastAt = Date.now();
  for (let looks = 0; looks < 3; ) {
    const depths = await Promise.all(NAMES.map((name) => depth(resources, resources.queueUrl(name))));
    const waiting = depths.reduce((sum, each) => sum + each, 0);
    looks = waiting === 0 ? looks + 1 : 0;
    if (waiting < least) {
      least = waiting;
      leastAt = Date.now();
    } else if (waiting > 0 && Date.now() - leastAt > STUCK_MS) {
      const where = NAMES.map((name, index) => `${name} ${depths[index]}`).join(", ");
      throw new Error(`the queues have not become shorter for ${STUCK_MS / 1_000} s: ${where}`);
    }
    await delay(200);
  }
}

async function depth({ clients }: Resources, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
}

async function fillStock({ clients, resource }: Resources): Promise<void> {
  const puts = SKUS.map((sku) => ({
    PutRequest: { Item: { sku: { S: sku }, available: { N: String(INITIAL_STOCK) } } },
  }));
  await clients.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [resource("Shop/Stock")]: puts } }));
}

function countExhausted(deadLetters: readonly DeadLetter[], into: { withReason: number; withoutReason: number }): void {
  for (const { kind, error } of deadLetters) {
    if (kind === "exhausted") {
      into[error === undefined ? "withoutReason" : "withReason"] += 1;
    }
  }
}

function missing(producer: Producer, events: number): string[] {
  return producer.acknowledged === events ? [] : [`${producer.acknowledged} of ${events} events were acknowledged`];
}

function crashesIn(control: string): number {
  try {
    return readFileSync(join(control, "crashes.log"), "utf8").trimEnd().split("\n").length;
  } catch {
    return 0;
  }
}
