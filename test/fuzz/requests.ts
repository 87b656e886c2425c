import { ACCOUNT, REGION } from "./place.ts";

/** A request as it is sent. */
export interface RawRequest {
  /** The signing name. */
  readonly service: "sqs" | "sns" | "s3" | "dynamodb";
  readonly operation: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A source of random numbers from 0 to below 1. */
export type Random = () => number;

/** Receipt handles that earlier requests have got. */
export type Handles = string[];

/** Strings that have done harm somewhere: names of every object, other planes of Unicode, nothing, too much. */
const NASTY = [
  ...["__proto__", "toString", "constructor", "hasOwnProperty", "valueOf"],
  ...["", " ", "a", "ø", "😀", "\u0000", "\n", "../..", "%00", "a".repeat(300), "*", "{}", "null"],
] as const;
const QUEUES = ["one", "two", "three.fifo", "none", "__proto__", "constructor"] as const;
const TOPICS = ["one", "two.fifo", "none", "__proto__", "toString"] as const;
const BUCKETS = ["bucket-one", "bucket-two", "nowhere", "constructor"] as const;
const TABLES = ["one", "two", "none", "constructor", "__proto__"] as const;

/** In place of a value that a service expects. */
const WRONG: readonly unknown[] = [null, 5, -1, 1e300, true, "", [], {}, [[]], { a: {} }, ["x"], "9".repeat(40)];

/** One wrong value in this share of the requests. */
const WRONG_SHARE = 0.1;

/** The same numbers for the same seed ("mulberry32"). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Makes a request of any service, valid or not; what is sent depends on the random numbers only, and on the handles. */
export function randomRequest(random: Random, handles: Handles): RawRequest {
  const make = new Maker(random, handles);
  return make.pick([() => make.sqs(), () => make.sqs(), () => make.sns(), () => make.s3(), () => make.dynamodb()])();
}

class Maker {
  readonly #random: Random;
  readonly #handles: Handles;

  constructor(random: Random, handles: Handles) {
    this.#random = random;
    this.#handles = handles;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[Math.floor(this.#random() * items.length)] ?? items[0];
  }

  sqs(): RawRequest {
    const name = this.pick(QUEUES);
    const QueueUrl = `http://localhost/${ACCOUNT}/${name}`;
    const [handle = this.#text()] = this.#handles.slice(Math.floor(this.#random() * this.#handles.length));
    const call = (operation: string, input: object) => this.#json("sqs", `AmazonSQS.${operation}`, operation, input);
    const message = () => ({
      MessageBody: this.#text(),
      MessageAttributes: this.#maybe(() => this.#attributes()),
      ...this.#fifo(),
    });
    return this.#often([
      [
        1,
        () => {
          const fifo = name.endsWith(".fifo") ? { FifoQueue: "true" } : {};
          return call("CreateQueue", {
            QueueName: name,
            Attributes: { ...fifo, VisibilityTimeout: "43200" },
            tags: this.#maybe(() => this.#pairs()),
          });
        },
      ],
      [6, () => call("SendMessage", { QueueUrl, ...message() })],
      [
        2,
        () =>
          call("SendMessageBatch", {
            QueueUrl,
            Entries: [
              { Id: "a", ...message() },
              { Id: this.#text(), ...message() },
            ],
          }),
      ],
      [
        4,
        () =>
          call("ReceiveMessage", {
            QueueUrl,
            MaxNumberOfMessages: 5,
            MessageAttributeNames: this.#maybe(() => [this.#text()]),
          }),
      ],
      [3, () => call("DeleteMessage", { QueueUrl, ReceiptHandle: handle })],
      [
        1,
        () =>
          call("ChangeMessageVisibility", {
            QueueUrl,
            ReceiptHandle: handle,
            VisibilityTimeout: this.pick([0, 43_200, -1]),
          }),
      ],
      [
        1,
        () =>
          call("SetQueueAttributes", {
            QueueUrl,
            Attributes: this.pick([
              { Policy: this.#policy() },
              { MaximumMessageSize: this.#text() },
              this.#redrive(),
              this.#pairs(),
            ]),
          }),
      ],
      [1, () => call("TagQueue", { QueueUrl, Tags: this.#pairs() })],
      [1, () => call("GetQueueAttributes", { QueueUrl, AttributeNames: [this.pick(["All", this.#text()])] })],
      [
        1,
        () =>
          call("AddPermission", { QueueUrl, Label: this.#text(), AWSAccountIds: [ACCOUNT], Actions: [this.#text()] }),
      ],
      [1, () => call(this.#random() < 0.1 ? "DeleteQueue" : "GetQueueUrl", { QueueUrl, QueueName: name })],
      [1, () => call(this.#random() < 0.1 ? "PurgeQueue" : "ListQueues", { QueueUrl, QueueNamePrefix: this.#text() })],
    ]);
  }

  sns(): RawRequest {
    const name = this.pick(TOPICS);
    const arn = `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
    const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${this.pick(QUEUES)}`;
    const attribute = {
      "MessageAttributes.entry.1.Name": this.#text(),
      "MessageAttributes.entry.1.Value.DataType": this.pick(["String", "Number", "x"]),
      "MessageAttributes.entry.1.Value.StringValue": this.#text(),
    };
    const call = (operation: string, parameters: Readonly<Record<string, string | undefined>>) =>
      this.#form(operation, parameters);
    return this.#often([
      [
        1,
        () =>
          call("CreateTopic", {
            Name: name,
            ...(name.endsWith(".fifo")
              ? { "Attributes.entry.1.key": "FifoTopic", "Attributes.entry.1.value": "true" }
              : {}),
            ...this.#maybe(() => ({
              "Attributes.entry.2.key": this.#text(),
              "Attributes.entry.2.value": this.#text(),
            })),
          }),
      ],
      [
        1,
        () =>
          call("Subscribe", {
            TopicArn: arn,
            Protocol: this.pick(["sqs", "sqs", "email", this.#text()]),
            Endpoint: queueArn,
            ...this.#maybe(() => ({
              "Attributes.entry.1.key": this.pick(["FilterPolicy", "RawMessageDelivery", this.#text()]),
              "Attributes.entry.1.value": this.pick([`{${JSON.stringify(this.#text())}:["x"]}`, "true", this.#text()]),
            })),
          }),
      ],
      [
        4,
        () =>
          call("Publish", { TopicArn: arn, Message: this.#text(), ...this.#maybe(() => attribute), ...this.#fifo() }),
      ],
      [
        1,
        () =>
          call("PublishBatch", {
            TopicArn: arn,
            "PublishBatchRequestEntries.member.1.Id": this.#text(),
            "PublishBatchRequestEntries.member.1.Message": this.#text(),
          }),
      ],
      [
        1,
        () =>
          call("SetTopicAttributes", {
            TopicArn: arn,
            AttributeName: this.pick(["DisplayName", "Policy", this.#text()]),
            AttributeValue: this.pick([this.#policy(), this.#text()]),
          }),
      ],
      [
        1,
        () =>
          call("TagResource", {
            ResourceArn: arn,
            "Tags.member.1.Key": this.#text(),
            "Tags.member.1.Value": this.#text(),
          }),
      ],
      [1, () => call(this.#random() < 0.1 ? "DeleteTopic" : "GetTopicAttributes", { TopicArn: arn })],
      [
        1,
        () =>
          call(this.pick(["ListTopics", "ListSubscriptions", this.#text()]), {
            NextToken: this.#maybe(() => this.#text()),
          }),
      ],
    ]);
  }

  s3(): RawRequest {
    const bucket = this.pick(BUCKETS);
    const key = encodeURIComponent(this.#text() || "k");
    const call = (
      operation: string,
      method: string,
      path: string,
      body = "",
      headers: Record<string, string> = {},
    ): RawRequest => ({ service: "s3", operation, method, path, headers, body });
    return this.#often([
      [1, () => call("CreateBucket", "PUT", `/${bucket}`)],
      [
        4,
        () =>
          call("PutObject", "PUT", `/${bucket}/${key}`, this.#text(), {
            [`x-amz-meta-${this.pick(["__proto__", "constructor", "a"])}`]: "x",
            ...this.#maybe(() => ({ "x-amz-tagging": `${encodeURIComponent(this.#text())}=x` })),
          }),
      ],
      [
        2,
        () =>
          call(
            "GetObject",
            "GET",
            `/${bucket}/${key}`,
            "",
            this.#maybe(() => ({ range: this.pick(["bytes=0-1", "bytes=-5", "bytes=9-1", "x"]) })) ?? {},
          ),
      ],
      [
        1,
        () =>
          call("CopyObject", "PUT", `/${bucket}/${key}`, "", {
            "x-amz-copy-source": `/${bucket}/${encodeURIComponent(this.#text())}`,
          }),
      ],
      [1, () => call("DeleteObject", "DELETE", `/${bucket}/${key}`)],
      [
        1,
        () =>
          call(
            "PutObjectTagging",
            "PUT",
            `/${bucket}/${key}?tagging`,
            `<Tagging><TagSet><Tag><Key>${this.pick(["__proto__", "a", ""])}</Key><Value>x</Value></Tag></TagSet></Tagging>`,
          ),
      ],
      [
        1,
        () =>
          call(
            "ListObjectsV2",
            "GET",
            `/${bucket}?list-type=2&prefix=${key}&max-keys=${this.pick(["1", "0", "-1", "x"])}`,
          ),
      ],
      [1, () => call("PutBucketPolicy", "PUT", `/${bucket}?policy`, this.pick([this.#policy(), this.#text()]))],
      [1, () => call("unknown", this.pick(["GET", "PUT", "POST", "DELETE"]), `/${bucket}?${key}`, this.#text())],
    ]);
  }

  dynamodb(): RawRequest {
    const TableName = this.pick(TABLES);
    const call = (operation: string, input: object) =>
      this.#json("dynamodb", `DynamoDB_20120810.${operation}`, operation, input);
    const key = () => ({ id: { S: this.#text() } });
    const item = () => ({ ...key(), [this.#text()]: this.#value() });
    const path = () => ({
      ExpressionAttributeNames: { "#a": this.#text() },
      ExpressionAttributeValues: { ":v": this.#value() },
    });
    return this.#often([
      [
        1,
        () =>
          call("CreateTable", {
            TableName,
            BillingMode: "PAY_PER_REQUEST",
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          }),
      ],
      [4, () => call("PutItem", { TableName, Item: item() })],
      [
        3,
        () =>
          call("UpdateItem", {
            TableName,
            Key: key(),
            UpdateExpression: this.pick(["SET #a = :v", "SET #a.#a = :v", "ADD #a :v", "SET #a[0] = :v"]),
            ...path(),
          }),
      ],
      [1, () => call("DeleteItem", { TableName, Key: key(), ConditionExpression: "#a = :v", ...path() })],
      [
        1,
        () =>
          call("GetItem", {
            TableName,
            Key: key(),
            ProjectionExpression: "#a",
            ExpressionAttributeNames: { "#a": this.#text() },
          }),
      ],
      [
        1,
        () =>
          call("Query", {
            TableName,
            KeyConditionExpression: "id = :v",
            ExpressionAttributeValues: { ":v": { S: this.#text() } },
          }),
      ],
      [1, () => call("Scan", { TableName, FilterExpression: "contains(#a, :v)", ...path() })],
      [
        1,
        () =>
          call("BatchWriteItem", {
            RequestItems: { [TableName]: [{ PutRequest: { Item: item() } }, { DeleteRequest: { Key: key() } }] },
          }),
      ],
      [
        1,
        () =>
          call("TransactWriteItems", {
            ClientRequestToken: this.#text(),
            TransactItems: [{ Put: { TableName, Item: item() } }, { Delete: { TableName, Key: key() } }],
          }),
      ],
      [
        1,
        () =>
          call("ExecuteStatement", {
            Statement: this.pick([
              `INSERT INTO "${TableName}" VALUE {'id': ?, 'a': ?}`,
              `SELECT * FROM "${TableName}" WHERE id = ? AND a = ?`,
              this.#text(),
            ]),
            Parameters: [{ S: this.#text() }, this.#value()],
          }),
      ],
      [
        1,
        () =>
          call("TagResource", {
            ResourceArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TableName}`,
            Tags: [{ Key: this.#text(), Value: this.#text() }],
          }),
      ],
      [1, () => call(this.#random() < 0.1 ? "DeleteTable" : "DescribeTable", { TableName })],
    ]);
  }

  #often(
    kinds: readonly [readonly [number, () => RawRequest], ...(readonly [number, () => RawRequest])[]],
  ): RawRequest {
    let place = this.#random() * kinds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of kinds) {
      place -= weight;
      if (place < 0) {
        return make();
      }
    }
    return kinds[0][1]();
  }

  #json(service: "sqs" | "dynamodb", target: string, operation: string, input: object): RawRequest {
    const body = JSON.stringify(this.#random() < WRONG_SHARE ? this.#spoilt(input) : input);
    const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" };
    return { service, operation, method: "POST", path: "/", headers, body };
  }

  #form(operation: string, parameters: Readonly<Record<string, string | undefined>>): RawRequest {
    const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const kept = this.#random() < WRONG_SHARE ? given.slice(1) : given;
    const body = new URLSearchParams([["Action", operation], ["Version", "2010-03-31"], ...kept]).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { service: "sns", operation, method: "POST", path: "/", headers, body };
  }

  /** The same with something else in one place. */
  #spoilt(value: unknown): unknown {
    if (typeof value !== "object" || value === null || this.#random() < 0.3) {
      return WRONG[Math.floor(this.#random() * WRONG.length)];
    }
    const entries = Object.entries(value);
    const place = Math.floor(this.#random() * entries.length);
    const changed = entries.map(([name, each], index) => [name, index === place ? this.#spoilt(each) : each] as const);
    return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
  }

  #text(): string {
    return this.#random() < 0.3 ? this.pick(NASTY) : `text ${Math.floor(this.#random() * 50)}`;
  }

  #maybe<Value>(value: () => Value): Value | undefined {
    return this.#random() < 0.5 ? value() : undefined;
  }

  #fifo(): Record<string, string | undefined> {
    return { MessageGroupId: this.#maybe(() => this.#text()), MessageDeduplicationId: this.#maybe(() => this.#text()) };
  }

  #attributes(): object {
    return Object.fromEntries([
      [this.#text(), { DataType: this.pick(["String", "Number", "x"]), StringValue: this.#text() }],
    ]);
  }

  #pairs(): Record<string, string> {
    return Object.fromEntries([[this.#text(), this.#text()]]);
  }

  #redrive(): Record<string, string> {
    const deadLetterTargetArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${this.pick(QUEUES)}`;
    return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: this.pick([1, 5, "3", 0]) }) };
  }

  #policy(): string {
    const Condition = this.#maybe(() => ({ [this.pick(["StringEquals", "constructor", "__proto__"])]: this.#pairs() }));
    const statement = {
      Effect: this.pick(["Allow", "Deny", "x"]),
      Principal: "*",
      Action: this.#text(),
      Resource: "*",
    };
    return JSON.stringify({ Statement: [{ ...statement, ...(Condition === undefined ? {} : { Condition }) }] });
  }

  #value(): object {
    return this.pick<object>([
      { S: this.#text() },
      { N: this.pick(["1", "-1e5", "x"]) },
      { BOOL: true },
      { NULL: true },
      { SS: [this.#text(), this.#text()] },
      { L: [{ S: this.#text() }] },
      { M: { [this.#text()]: { N: "1" } } },
      { B: "AA==" },
    ]);
  }
}
