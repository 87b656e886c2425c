import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackend } from "../../../lib/console/index.ts";
import { type LocalRuntime, startLocalRuntime } from "../../../lib/local/index.ts";
import {
  type Cloud,
  checkUp,
  connect,
  discoverFleet,
  findDeadLetters,
  snapshotOf,
  surveyLetters,
} from "../../../lib/ops/index.ts";
import { getAtt, type Resource, ref, removeAssembly, writeAssembly } from "../../integration/local/runtime/assembly.ts";

const QUEUES = 200;
/** 100,000 is the promise; fewer show a trend sooner. */
const LETTERS = Number(process.env.LETTERS ?? 100_000);
const CAUSES = 40;

/** MiB that a look at all letters may keep: ids and receipt handles, and no bodies. The letters are 200 MB. */
const MEMORY_MIB = 150;

const BODY = { specversion: "1.0", source: "test", type: "shop.OrderPlaced", data: { text: "x".repeat(1_800) } };

let runtime: LocalRuntime;
let cloud: Cloud;
let assembly: string;
const journals = mkdtempSync(join(tmpdir(), "fanfare-speed-"));
const measured: string[] = [];
setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

function resources(): Record<string, Resource> {
  const topic: Record<string, Resource> = { Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "orders" } } };
  for (let at = 0; at < QUEUES; at++) {
    topic[`Dead${at}`] = { Type: "AWS::SQS::Queue", Properties: { QueueName: `s${at}-dlq` } };
    topic[`Work${at}`] = {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: `s${at}`,
        RedrivePolicy: { deadLetterTargetArn: getAtt(`Dead${at}`), maxReceiveCount: 5 },
      },
    };
    topic[`Subscription${at}`] = {
      Type: "AWS::SNS::Subscription",
      Properties: {
        TopicArn: ref("Topic"),
        Protocol: "sqs",
        Endpoint: getAtt(`Work${at}`),
        RawMessageDelivery: true,
        FilterPolicy: { type: [`shop.${at}`] },
      },
    };
  }
  return topic;
}

async function fill(): Promise<void> {
  const sqs = new SQSClient({
    endpoint: runtime.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    useQueueUrlAsEndpoint: false,
  });
  const { physicalId: QueueUrl } = runtime.deployment.find("Dead0", "AWS::SQS::Queue");
  let next = 0;
  const lane = async () => {
    while (next < LETTERS) {
      const first = next;
      next += 10;
      const Entries = Array.from({ length: 10 }, (_, index) => {
        const at = first + index;
        const cause = at % CAUSES;
        const failure = {
          error: "Permanent",
          message: `cause ${cause}`,
          consumer: "shop.S0",
          fingerprint: `cause${cause}`,
        };
        return {
          Id: String(index),
          MessageBody: JSON.stringify({ ...BODY, id: `e-${at}` }),
          MessageAttributes: { fanfareFailure: { DataType: "String", StringValue: JSON.stringify(failure) } },
        };
      });
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  sqs.destroy();
}

/** Runs it once, and notes how long it took. */
async function timed<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await run();
  measured.push(`${what}: ${Math.round(performance.now() - start)} ms`);
  return result;
}

/** What is in use after a collection. */
const heapMiB = () => {
  collect();
  return process.memoryUsage().heapUsed / 1_048_576;
};

beforeAll(async () => {
  assembly = writeAssembly({ Shop: { resources: resources() } });
  runtime = await startLocalRuntime({ assembly });
  cloud = connect({
    endpoint: runtime.endpoint,
    dynamoDbEndpoint: runtime.dynamoDbEndpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await timed(`${LETTERS} letters sent`, fill);
}, 600_000);

afterAll(async () => {
  console.log(measured.join("\n"));
  await runtime.close({ graceMs: 0 });
  removeAssembly(assembly);
  rmSync(journals, { recursive: true, force: true });
});

test("a fleet of 200 queues is found, counted and checked", { timeout: 300_000 }, async () => {
  const fleet = await timed("fleet", () => discoverFleet(cloud));
  expect(fleet.subscribers).toHaveLength(QUEUES);
  const first = await timed("ps", () => snapshotOf(cloud, fleet));
  await timed("ps --watch, each further look", () => snapshotOf(cloud, fleet, first));
  const { findings } = await timed("doctor", () => checkUp(cloud, fleet));
  expect(findings.length).toBeGreaterThan(0);
});

test("all letters are grouped, with memory for their ids only", { timeout: 600_000 }, async () => {
  const target = findDeadLetters(await discoverFleet(cloud), "s0");
  const before = heapMiB();
  let highest = before;
  let next = LETTERS / 10;
  const survey = await timed("dlq groups", () =>
    surveyLetters(cloud, target, {
      onProgress: (seen) => {
        if (seen >= next) {
          next += LETTERS / 10;
          highest = Math.max(highest, heapMiB());
        }
      },
    }),
  );
  measured.push(`dlq groups, memory: ${Math.round(highest - before)} MiB`);
  expect(survey).toMatchObject({ seen: LETTERS, complete: true });
  expect(survey.groups).toHaveLength(CAUSES);
  expect(highest - before, "MiB").toBeLessThan(MEMORY_MIB);
});

test("the console shows both, and reads a bounded part of the letters", { timeout: 300_000 }, async () => {
  const backend = createBackend({ cloud, title: "test", place: "here", local: true, journals });
  const before = heapMiB();
  const map = await timed("console, first map", () => backend.sample());
  expect(Object.keys(map.queues)).toHaveLength(QUEUES);
  await timed("console, each further map", () => backend.sample());
  measured.push(`console, bytes of a map: ${JSON.stringify(map).length}`);
  const queues = await timed("console, dead-letter queues", () => backend.deadLetterQueues());
  const queue = queues.find(({ count }) => count > 0)?.id ?? "";
  const groups = await timed("console, groups", async () => backend.failures?.groups(queue));
  expect(groups).toMatchObject({ seen: 5_000, about: LETTERS });
  const [group] = groups?.groups ?? [];
  const letters = await timed("console, letters of a group", async () =>
    backend.failures?.letters(queue, group?.fingerprint ?? ""),
  );
  await timed("console, one letter", async () => backend.failures?.letter(queue, letters?.letters[0]?.id ?? "", true));
  await timed("console, plan of a redrive", async () => backend.failures?.plan({ queue }));
  measured.push(`console, memory: ${Math.round(heapMiB() - before)} MiB`);
  expect(heapMiB() - before, "MiB").toBeLessThan(MEMORY_MIB);
});
