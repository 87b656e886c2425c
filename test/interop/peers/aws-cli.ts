import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject } from "../../../lib/std/index.ts";
import { peerEnvironment } from "../environment.ts";
import type { PeerAttribute, PeerDefinition, PeerMessage } from "../peer.ts";
import { probe, run } from "../process.ts";

const RECEIVE_MS = 20_000;

/** The AWS CLI, one process a call. It knows no offloading: large payloads are put into S3 and pointed to by hand. */
export const awsCli: PeerDefinition = {
  async start(endpoint) {
    const version = (await probe("aws", ["--version"])).trim();
    const folder = await mkdtemp(join(tmpdir(), "fanfare-interop-"));
    const file = join(folder, "input");
    const env = peerEnvironment(endpoint);
    const aws = async (service: string, command: string, ...args: readonly string[]): Promise<unknown> => {
      const output = await run("aws", ["--endpoint-url", endpoint, "--output", "json", service, command, ...args], {
        env,
      });
      return output.trim() === "" ? {} : JSON.parse(output);
    };
    /** Parameters from a file: an argument cannot be longer than 128 KiB. */
    const call = async (service: string, command: string, input: object): Promise<unknown> => {
      await writeFile(file, JSON.stringify(input));
      return await aws(service, command, "--cli-input-json", `file://${file}`);
    };
    return {
      versions: { "AWS CLI": /aws-cli\/(\S+)/.exec(version)?.[1] ?? version },
      peer: {
        async send(target, messages) {
          for (const message of messages) {
            if (target.startsWith("arn:")) {
              await call("sns", "publish", { TopicArn: target, ...topicInput(message) });
            } else {
              await call("sqs", "send-message", { QueueUrl: target, ...queueInput(message) });
            }
          }
        },
        async receive(queueUrl, count) {
          const received: PeerMessage[] = [];
          const deadline = Date.now() + RECEIVE_MS;
          while (received.length < count && Date.now() < deadline) {
            const answer = await call("sqs", "receive-message", {
              QueueUrl: queueUrl,
              MaxNumberOfMessages: Math.min(10, count - received.length),
              WaitTimeSeconds: 1,
              AttributeNames: ["All"],
              MessageAttributeNames: ["All"],
            });
            for (const message of messagesOf(answer)) {
              received.push(toMessage(message));
              await call("sqs", "delete-message", { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle });
            }
          }
          return received;
        },
        async putObject(bucket, key, text) {
          await writeFile(file, text);
          await aws("s3api", "put-object", "--bucket", bucket, "--key", key, "--body", file);
        },
        async getObject(bucket, key) {
          await aws("s3api", "get-object", "--bucket", bucket, "--key", key, file);
          return await readFile(file, "utf8");
        },
        close: () => rm(folder, { recursive: true, force: true }),
      },
    };
  },
};

function common(message: PeerMessage) {
  return {
    MessageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { type, value }]) => [
        name,
        { DataType: type, StringValue: value },
      ]),
    ),
    ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
    ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
  };
}

function topicInput(message: PeerMessage) {
  return { Message: message.body, ...common(message) };
}

function queueInput(message: PeerMessage) {
  return { MessageBody: message.body, ...common(message) };
}

function messagesOf(answer: unknown): readonly Record<string, unknown>[] {
  return isJsonObject(answer) && Array.isArray(answer.Messages) ? answer.Messages.filter(isJsonObject) : [];
}

function toMessage(message: Record<string, unknown>): PeerMessage {
  const attributes: Record<string, PeerAttribute> = {};
  for (const [name, each] of Object.entries(isJsonObject(message.MessageAttributes) ? message.MessageAttributes : {})) {
    if (isJsonObject(each)) {
      attributes[name] = { type: String(each.DataType), value: String(each.StringValue) };
    }
  }
  const system = isJsonObject(message.Attributes) ? message.Attributes : {};
  return {
    body: String(message.Body),
    attributes,
    group: typeof system.MessageGroupId === "string" ? system.MessageGroupId : undefined,
  };
}
