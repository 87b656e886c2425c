import { deepEqual, equal, match } from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueuesCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { run } from "../../../../lib/cli/run.ts";
import { emptyBucket } from "../../targets/empty-bucket.ts";
import type { Case } from "../case.ts";
import { eventually } from "../support/eventually.ts";
import { readAttributes } from "../support/queues.ts";
import { holds, inWard, type Ward } from "../support/ward.ts";
import { note, type Trial } from "../trial.ts";

const CONTRACT = resolve(import.meta.dirname, "../../app/contract.ts");

/** How a verb ended, and what it wrote. */
interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A ward, and the command line as somebody types it who works with the target. */
interface Desk extends Ward {
  readonly trial: Trial;
  readonly folder: string;
  /** Name of the dead-letter queue. */
  readonly dead: string;
  fanfare(...args: readonly string[]): Promise<Ended>;
  /** Expects the verb to succeed. @returns its JSON */
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
}

const yes = (count: number) => ["--yes", "--expect-count", String(count)];

/** Each verb of operators, through the command line. Pausing needs a mapping: the target that has none says so. */
export const verbCases: readonly Case[] = [
  {
    name: "verbs: ps, dlq ls, groups, show and export",
    run: async (trial) =>
      await atDesk(trial, async ({ dead, folder, target, fanfare, json }) => {
        const { subscribers } = await json("ps");
        match(JSON.stringify(subscribers), new RegExp(`"name":"${target.subscriber.name}"`));
        const listed = await fanfare("dlq", "ls", "--json");
        match(listed.out, new RegExp(`"queue":"${dead}"[^}]*"count":3`));
        const { seen, groups } = await json("dlq", "groups", dead);
        deepEqual([seen, (groups as readonly { count: number }[]).map(({ count }) => count)], [3, [3]]);
        const shown = await json("dlq", "show", dead, "event-2", "--body");
        deepEqual((shown.body as { data: unknown }).data, { note: 2 });
        const file = join(folder, "letters.ndjson");
        equal((await fanfare("dlq", "export", dead, "--to", file)).code, 0);
        equal(readFileSync(file, "utf8").trim().split("\n").length, 3);
        equal((await fanfare("dlq", "show", dead, "nobody")).code, 1);
        equal((await fanfare("dlq", "groups", "nobody-here")).code, 2);
      }),
  },
  {
    name: "verbs: dlq redrive refuses without a right count, and moves what was chosen",
    run: async (trial) =>
      await atDesk(trial, async ({ dead, queueUrl, deadUrl, fanfare, json }) => {
        for (const wrong of [[], ["--all"], ["--all", ...yes(1)], ["--all", "--yes"]]) {
          equal((await fanfare("dlq", "redrive", dead, ...wrong)).code, 2);
        }
        const done = await json("dlq", "redrive", dead, "--id", "event-1", "event-3", ...yes(2));
        deepEqual([done.moved, done.failed], [2, 0]);
        await holds(trial, queueUrl, 2);
        await holds(trial, deadUrl, 1);
      }),
  },
  {
    name: "verbs: dlq redrive by a message move task",
    spoiltBy: ["no-message-move-tasks"],
    run: async (trial) =>
      await atDesk(trial, async ({ dead, queueUrl, deadUrl, json }) => {
        const done = await json("dlq", "redrive", dead, "--all", "--move-task", ...yes(3));
        equal(done.state, "completed");
        await holds(trial, queueUrl, 3);
        await holds(trial, deadUrl, 0);
      }),
  },
  {
    name: "verbs: dlq archive, purge and restore, with a file and with S3",
    run: async (trial) =>
      await atDesk(trial, async ({ dead, deadUrl, folder, fanfare, json }) => {
        const { s3 } = trial.clients;
        const Bucket = trial.unique("letters");
        const LocationConstraint = "eu-central-1";
        await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
        for (const to of [join(folder, "archive.ndjson"), `s3://${Bucket}/letters`]) {
          equal((await json("dlq", "archive", dead, "--all", "--to", to, ...yes(3))).count, 3);
          await holds(trial, deadUrl, 0);
          equal((await json("dlq", "restore", dead, to, ...yes(3))).count, 3);
          await holds(trial, deadUrl, 3);
        }
        const purged = await json("dlq", "purge", dead, "--id", "event-2", ...yes(1));
        match(readFileSync(String(purged.to), "utf8"), /event-2/);
        equal((await fanfare("dlq", "show", dead, "event-2")).code, 1);
        await emptyBucket(s3, Bucket);
        await s3.send(new DeleteBucketCommand({ Bucket }));
      }),
  },
  {
    name: "verbs: dlq edit",
    run: async (trial) =>
      await atDesk(trial, async ({ dead, queueUrl, deadUrl, folder, json }) => {
        const body = join(folder, "body.json");
        const event = {
          specversion: "1.0",
          id: "event-1",
          source: "urn:trial",
          type: "trial.Noted",
          data: { note: 11 },
        };
        writeFileSync(body, JSON.stringify(event));
        const sent = await json("dlq", "edit", dead, "event-1", "--body-file", body, ...yes(1));
        equal(sent.causationId, "event-1");
        match(readFileSync(String(sent.archive), "utf8"), /event-1/);
        await holds(trial, queueUrl, 1);
        await holds(trial, deadUrl, 2);
      }),
  },
  {
    name: "verbs: send and tail",
    run: async (trial) =>
      await atDesk(trial, async ({ queueUrl, fanfare }) => {
        const { sns } = trial.clients;
        const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: trial.unique("ward-topic") }));
        await subscribe(trial, TopicArn, queueUrl);
        const tailing = fanfare("tail", TopicArn, "--limit", "1", "--for", "2m", "--contract", CONTRACT, "--json");
        let tailed: Ended | undefined;
        void tailing.then((ended) => {
          tailed = ended;
        });
        const data = JSON.stringify(note("desk"));
        const sending = ["send", TopicArn, "Noted", "--contract", CONTRACT, "--data", data];
        equal((await fanfare(...sending)).code, 2);
        // What is sent before the tail listens is not seen.
        await eventually("the tail shows what was sent", async () => {
          const { code, err } = await fanfare(...sending, ...yes(1));
          equal(code, 0, err);
          return tailed;
        });
        const { code, out } = await tailing;
        equal(code, 0);
        match(out, /"type":"trial\.Noted"/);
        equal(out.includes('"subject"'), false);
        const { QueueUrls = [] } = await trial.clients.sqs.send(
          new ListQueuesCommand({ QueueNamePrefix: "fanfare-tail-" }),
        );
        deepEqual(
          QueueUrls.filter((url) => !url.includes("fanfare-tail-old")),
          [],
        );
        await sns.send(new DeleteTopicCommand({ TopicArn }));
      }),
  },
  {
    name: "verbs: doctor, runbook, pause and resume",
    run: async (trial) =>
      await atDesk(trial, async ({ target, fanfare }) => {
        const QueueName = `fanfare-tail-${trial.unique("old")}`;
        const tags = {
          "fanfare:tail": "arn:aws:sns:eu-central-1:000000000000:gone",
          "fanfare:tail-end": "2026-01-01T00:00:00Z",
        };
        await trial.clients.sqs.send(new CreateQueueCommand({ QueueName, tags }));
        const { code, out, err } = await fanfare("doctor", "--json");
        equal(code === 0 || code === 1, true, err);
        const { error, swept } = JSON.parse(out);
        equal(error, undefined);
        match(JSON.stringify(swept), new RegExp(QueueName));
        const page = await fanfare("runbook", target.queue.name);
        match(page.out, new RegExp(`\`${target.queue.name}\``));
        for (const verb of ["pause", "resume"]) {
          const refused = await fanfare(verb, target.queue.name, "--json", ...yes(0));
          equal(refused.code, 1);
          match(JSON.parse(refused.out).error.message, /no mapping polls/);
        }
      }),
  },
  {
    name: "verbs: diff against a deployed stack, and graph",
    spoiltBy: ["cloudformation-passes-over-queue-policies"],
    run: async (trial) =>
      await atDesk(trial, async ({ cloud, folder, fanfare }) => {
        const StackName = trial.unique("ward-stack");
        const { sdk, call } = await cloud.cloudFormation();
        const create = new sdk.CreateStackCommand({
          StackName,
          TemplateBody: JSON.stringify(templateWith({ fifo: false })),
        });
        await call((client, options) => client.send(create, options));
        await eventually("the stack is there", async () => {
          const describe = new sdk.DescribeStacksCommand({ StackName });
          const { Stacks: [stack] = [] } = await call((client, options) => client.send(describe, options));
          return stack?.StackStatus === "CREATE_COMPLETE" ? true : undefined;
        });
        const same = await fanfare("diff", assemblyIn(folder, "same", StackName, { fifo: false }), "--json");
        equal(same.code, 0, same.err);
        const other = await fanfare("diff", assemblyIn(folder, "other", StackName, { fifo: true }), "--json");
        equal(other.code, 1, other.err);
        match(other.out, /"kind": "replaced"/);
        match(other.out, /about 0 messages/);
        const drawn = await run(["graph", join(folder, "same")], silent([]));
        equal(drawn, 0);
        const remove = new sdk.DeleteStackCommand({ StackName });
        await call((client, options) => client.send(remove, options));
      }),
  },
];

const silent = (lines: string[]) => ({
  terminal: { out: (line: string) => void lines.push(line), err: () => {} },
  signal: new AbortController().signal,
});

/** The journal of this run: it is nobody's. */
function homeOfRun(): string {
  const home = mkdtempSync(join(tmpdir(), "fanfare-home-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  return home;
}

async function atDesk(trial: Trial, work: (desk: Desk) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-desk-"));
  process.env.FANFARE_HOME ??= homeOfRun();
  try {
    await inWard(trial, async (ward) => {
      const { region = "", endpoint } = ward.place;
      const place = ["--region", region, ...(endpoint === undefined ? [] : ["--endpoint-url", endpoint])];
      const fanfare = async (...args: readonly string[]): Promise<Ended> => {
        const said = { out: [] as string[], err: [] as string[] };
        const terminal = {
          out: (line: string) => void said.out.push(line),
          err: (line: string) => void said.err.push(line),
        };
        const code = await run([...args, ...place], { terminal, signal: new AbortController().signal });
        return { code, out: said.out.join("\n"), err: said.err.join("\n") };
      };
      await work({
        ...ward,
        trial,
        folder,
        dead: ward.target.queue.name,
        fanfare,
        json: async (...args) => {
          const { code, out, err } = await fanfare(...args, "--json");
          equal(code, 0, err);
          return JSON.parse(out);
        },
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function subscribe({ clients: { sns, sqs } }: Trial, TopicArn: string, QueueUrl: string): Promise<void> {
  const { QueueArn = "" } = await readAttributes(sqs, QueueUrl);
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: QueueArn,
        Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
      },
    ],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const Attributes = { RawMessageDelivery: "true" };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: QueueArn, Attributes }));
}

/** A topic and a queue that is subscribed to it. Whether it is FIFO cannot be changed: another queue replaces it. */
function templateWith({ fifo }: { readonly fifo: boolean }): object {
  return {
    Resources: {
      Queue: { Type: "AWS::SQS::Queue", Properties: fifo ? { FifoQueue: true } : {} },
      Topic: { Type: "AWS::SNS::Topic", Properties: fifo ? { FifoTopic: true } : {} },
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: { TopicArn: { Ref: "Topic" }, Protocol: "sqs", Endpoint: { "Fn::GetAtt": ["Queue", "Arn"] } },
      },
    },
  };
}

function assemblyIn(folder: string, name: string, StackName: string, options: { readonly fifo: boolean }): string {
  const assembly = join(folder, name);
  mkdirSync(assembly);
  writeFileSync(join(assembly, `${StackName}.template.json`), JSON.stringify(templateWith(options)));
  const artifact = {
    type: "aws:cloudformation:stack",
    environment: "aws://unknown-account/unknown-region",
    properties: { templateFile: `${StackName}.template.json` },
  };
  writeFileSync(
    join(assembly, "manifest.json"),
    JSON.stringify({ version: "36.0.0", artifacts: { [StackName]: artifact } }),
  );
  equal(readdirSync(assembly).length, 2);
  return assembly;
}
