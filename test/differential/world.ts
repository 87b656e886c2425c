import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type Answer, isObject, type Json } from "./answer.ts";

/** The region of all calls. */
export const REGION = "eu-central-1";

/** The account that both sides give to these credentials. */
export const ACCOUNT = "000000000000";

/** One of the two that are compared. */
export interface Side {
  readonly name: string;
  readonly endpoint: string;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly s3: S3Client;
}

/** SDK clients for an endpoint. One attempt a call: a retry would hide what the first answer was. */
export function openSide(name: string, endpoint: string): Side {
  const common = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 30_000, httpAgent: { keepAlive: true, maxSockets: 100 } },
  };
  return {
    name,
    endpoint,
    // LocalStack's queue URLs hold a name that may not resolve here.
    sqs: new SQSClient({ ...common, useQueueUrlAsEndpoint: false }),
    sns: new SNSClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
  };
}

/** Closes the sockets of a side. */
export function closeSide({ sqs, sns, s3 }: Side): void {
  for (const client of [sqs, sns, s3]) client.destroy();
}

/** A receipt handle that a sequence was given. */
interface Receipt {
  readonly handle: string;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Answers that hold the time of day. */
const TIMES = new Set([
  "ApproximateFirstReceiveTimestamp",
  "CreatedTimestamp",
  "LastModified",
  "LastModifiedTimestamp",
  "SentTimestamp",
  "Timestamp",
]);

/** Opaque values: only whether they are there is compared. */
const OPAQUE = new Set([
  "ReceiptHandle",
  "SequenceNumber",
  "UploadId",
  "Signature",
  "SigningCertURL",
  "UnsubscribeURL",
]);

/** Texts for people: nobody may build on them, and every implementation has its own. */
const WORDS = new Set(["$metadata", "Message"]);

/** One sequence on one side: the names of its resources, and what it was given so far. */
export class World {
  readonly side: Side;
  /** Begins every name, so that sequences do not meet. */
  readonly prefix: string;
  /** Calls made so far, without those for cleaning up. */
  calls = 0;
  readonly queues = new Set<string>();
  readonly topics = new Set<string>();
  readonly buckets = new Set<string>();
  /** By queue, in the order in which they were given out. */
  readonly receipts = new Map<string, Receipt[]>();
  /** In the order in which they were made. */
  readonly subscriptions: string[] = [];
  /** In the order in which they were begun. */
  readonly uploads: string[] = [];
  readonly #aliases = new Map<string, string>();

  constructor(side: Side, prefix: string) {
    this.side = side;
    this.prefix = prefix;
  }

  /** The name of a resource on both sides. */
  named(slot: string): string {
    return `${this.prefix}${slot}`;
  }

  queueUrl(slot: string): string {
    return `${this.side.endpoint}/${ACCOUNT}/${this.named(slot)}`;
  }

  queueArn(slot: string): string {
    return `arn:aws:sqs:${REGION}:${ACCOUNT}:${this.named(slot)}`;
  }

  topicArn(slot: string): string {
    return `arn:aws:sns:${REGION}:${ACCOUNT}:${this.named(slot)}`;
  }

  /** Puts ARNs where a text says `@slot@`. */
  filled(attributes: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        value.replace(/@([\w.-]+)@/g, (_, slot: string) => this.queueArn(slot)),
      ]),
    );
  }

  /** A receipt handle, the latest first; garbage while the sequence has none. */
  handle(slot: string, pick: number): string {
    const receipts = this.receipts.get(slot) ?? [];
    if (pick < 0 || receipts.length === 0) return "not-a-receipt-handle";
    return receipts[receipts.length - 1 - (pick % receipts.length)]?.handle ?? "";
  }

  /** Makes one call, and reduces what comes of it to what can be compared. Anything but an error of AWS is thrown. */
  async call<T>(run: () => Promise<T>, keep: (output: T) => unknown = (output) => output): Promise<Answer> {
    this.calls++;
    try {
      return { ok: this.clean(await keep(await run())) };
    } catch (error) {
      if (!(error instanceof Error) || !("$metadata" in error)) throw error;
      return { error: error.name };
    }
  }

  /** Takes ids, times, names and endpoints out of a value. Ids become numbers, in the order in which they first appear. */
  clean(value: unknown, name = ""): Json {
    if (value === undefined || value === null) return null;
    if (value instanceof Date || TIMES.has(name)) return "time";
    if (OPAQUE.has(name)) return "opaque";
    if (typeof value === "number" || typeof value === "boolean") return value;
    if (typeof value === "string") return this.#cleanText(value, name);
    if (value instanceof Uint8Array) return `base64:${Buffer.from(value).toString("base64")}`;
    if (Array.isArray(value)) return value.map((item) => this.clean(item));
    const cleaned: Record<string, Json> = {};
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined && !(WORDS.has(key) && typeof item !== "boolean")) cleaned[key] = this.clean(item, key);
    }
    return cleaned;
  }

  #cleanText(text: string, name: string): string {
    if (name === "QueueUrl" || name === "Location")
      return text.split("/").slice(-2).join("/").replaceAll(this.prefix, "~");
    return text.replaceAll(this.prefix, "~").replace(UUID, (id) => this.#alias(id));
  }

  #alias(id: string): string {
    const known = this.#aliases.get(id);
    if (known !== undefined) return known;
    const alias = `#${this.#aliases.size + 1}`;
    this.#aliases.set(id, alias);
    return alias;
  }
}

/** The field of a successful answer, for programs that go on with it. */
export function field(answer: Answer, name: string): Json | undefined {
  return "ok" in answer && isObject(answer.ok) ? answer.ok[name] : undefined;
}
