import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type Answer, isObject, type Json } from "./answer.ts";
import { NoAnswer } from "./no-answer.ts";

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
  for (const client of [sqs, sns, s3]) {
    client.destroy();
  }
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

/** Texts that hold JSON: how it is spelled means nothing. */
const JSON_TEXTS = new Set(["Policy", "RedrivePolicy"]);

/** Texts for people: nobody may build on them, and every implementation has its own. */
const WORDS = new Set(["$metadata", "Message"]);

/** One sequence on one side: the names of its resources, and what it was given so far. */
export class World {
  readonly side: Side;
  /** Begins every name, so that sequences do not meet. */
  readonly prefix: string;
  /** Of the step that is played. */
  place = 0;
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
    if (pick < 0 || receipts.length === 0) {
      return "not-a-receipt-handle";
    }
    return receipts[receipts.length - 1 - (pick % receipts.length)]?.handle ?? "";
  }

  /**
   * Makes one call, and reduces what comes of it to what can be compared.
   *
   * @throws NoAnswer for anything but a success or an error of the service
   */
  async call<T>(run: () => Promise<T>, keep: (output: T) => unknown = (output) => output): Promise<Answer> {
    this.calls++;
    try {
      return { ok: this.clean(await keep(await run())) };
    } catch (error) {
      // Only what came from the service says whose fault it was; a timeout of the SDK does not.
      if (!(error instanceof Error) || !("$fault" in error)) {
        throw new NoAnswer(this.side.name, error);
      }
      return { error: errorName(error) };
    }
  }

  /**
   * Takes ids, times, names and endpoints out of a value. An id becomes the place at which it first appeared: that is
   * the same on both sides even where one of them gave out more ids before.
   */
  clean(value: unknown, name = "", where = ""): Json {
    if (value === undefined || value === null) {
      return null;
    }
    if (value instanceof Date || TIMES.has(name)) {
      return "time";
    }
    if (OPAQUE.has(name)) {
      return "opaque";
    }
    if (typeof value === "number" || typeof value === "boolean") {
      return value;
    }
    if (typeof value === "string") {
      return this.#cleanText(value, name, where);
    }
    if (value instanceof Uint8Array) {
      return `base64:${Buffer.from(value).toString("base64")}`;
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => this.clean(item, "", `${where}.${index}`));
    }
    const cleaned: Record<string, Json> = {};
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined || (WORDS.has(key) && typeof item !== "boolean")) {
        continue;
      }
      cleaned[key] = this.clean(item, key, `${where}.${key}`);
    }
    return cleaned;
  }

  #cleanText(text: string, name: string, where: string): Json {
    // Where the queue or the object is found is the product's own: only what is found there is compared.
    if (name === "QueueUrl") {
      return text.split("/").slice(-2).join("/").replaceAll(this.prefix, "~");
    }
    if (name === "Location") {
      return text.replace(/^.*\//, "");
    }
    if (JSON_TEXTS.has(name)) {
      return this.clean(parsed(text), "", where);
    }
    return text.replaceAll(this.prefix, "~").replace(UUID, (id) => this.#alias(id, where));
  }

  #alias(id: string, where: string): string {
    const known = this.#aliases.get(id);
    if (known !== undefined) {
      return known;
    }
    const alias = `#${this.place}${where}`;
    this.#aliases.set(id, alias);
    return alias;
  }
}

/** What a text of JSON holds; the text itself if it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [text];
  }
}

/** The code of an error; the status where the answer had no code, as those to HEAD and those without a body. */
function errorName(error: Error): string {
  const { $metadata: metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  return error.name.startsWith("Unknown") ? `status ${metadata?.httpStatusCode ?? "unknown"}` : error.name;
}

/** The field of a successful answer, for programs that go on with it. */
export function field(answer: Answer, name: string): Json | undefined {
  return "ok" in answer && isObject(answer.ok) ? answer.ok[name] : undefined;
}
