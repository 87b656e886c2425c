import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { dynamoDbLoader, isTransient } from "../../../lib/aws/index.ts";
import { systemClock } from "../../../lib/clock/index.ts";
import { asOnLambda, type Operations, operationsBy, type Reply, replies, ScriptedService, SECRETS } from "./support.ts";

let service: ScriptedService;
beforeAll(async () => {
  service = await ScriptedService.start();
});
beforeEach(() => {
  asOnLambda(service.endpoint);
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await service.close();
});

const QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/q";

/** Every operation that Fanfare sends, with what JSON cannot say by itself. */
const CALLS: Readonly<Record<string, (operations: Operations) => Promise<object>>> = {
  BatchExecuteStatement: ({ batchExecuteStatement }) =>
    batchExecuteStatement({
      Statements: [{ Statement: `INSERT INTO "t" VALUE {'id': ?}`, Parameters: [{ S: "é\u2028" }] }],
    }),
  BatchGetItem: ({ batchGetItem }) =>
    batchGetItem({ RequestItems: { t: { ConsistentRead: true, Keys: [{ id: { S: "1" } }] } } }),
  GetItem: ({ getItem }) => getItem({ TableName: "t", Key: { id: { S: "1" } }, ConsistentRead: true }),
  PutItem: ({ putItem }) =>
    putItem({
      TableName: "t",
      Item: { id: { B: Buffer.from("bytes") }, set: { BS: [new Uint8Array([0, 255])] }, B: { N: "1" } },
    }),
  TransactWriteItems: ({ transactWriteItems }) =>
    transactWriteItems({
      ClientRequestToken: "token",
      TransactItems: [
        { Put: { TableName: "t", Item: { id: { S: "1" }, list: { L: [{ NULL: true }, { BOOL: false }] } } } },
      ],
    }),
  ChangeMessageVisibilityBatch: ({ changeMessageVisibilityBatch }) =>
    changeMessageVisibilityBatch({ QueueUrl: QUEUE, Entries: [{ Id: "0", ReceiptHandle: "r", VisibilityTimeout: 0 }] }),
  DeleteMessageBatch: ({ deleteMessageBatch }) =>
    deleteMessageBatch({ QueueUrl: QUEUE, Entries: [{ Id: "0", ReceiptHandle: "r" }] }),
  SendMessageBatch: ({ sendMessageBatch }) =>
    sendMessageBatch({
      QueueUrl: QUEUE,
      Entries: [
        {
          Id: "0",
          MessageBody: "line\nbreak",
          MessageAttributes: {
            text: { DataType: "String", StringValue: "v" },
            bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) },
          },
        },
      ],
    }),
};

/** What a caller sees of a call: its output, or the error's parts that anything depends on. */
async function outcomeOf(call: Promise<object>): Promise<unknown> {
  try {
    const { $metadata: _, ...output } = (await call) as { $metadata?: unknown };
    return { output };
  } catch (error) {
    const { name, message, $fault, $metadata, CancellationReasons, code } = error as Failure;
    const parsed = $fault !== undefined;
    return {
      name,
      // Texts of Node, of the parser and of the SDK itself may differ.
      message: parsed ? message : undefined,
      fault: $fault,
      status: $metadata?.httpStatusCode,
      requestId: parsed ? $metadata?.requestId : undefined,
      attempts: parsed ? $metadata?.attempts : undefined,
      reasons: CancellationReasons,
      code: parsed ? undefined : code,
      transient: isTransient(error),
    };
  }
}

interface Failure extends Error {
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string; readonly attempts?: number };
  readonly CancellationReasons?: unknown;
  readonly code?: string;
}

async function failureOf(call: Promise<object>): Promise<Error> {
  return await call.then(
    () => expect.fail("the call did not fail"),
    (reason) => reason,
  );
}

/** The same call by both clients. */
async function both(name: string, ...script: readonly Reply[]) {
  const outcomes: unknown[] = [];
  const requests: unknown[] = [];
  for (const awsClient of ["sdk", "lean"] as const) {
    service.play(...script);
    outcomes.push(await outcomeOf(CALLS[name]?.(await operationsBy(awsClient)) ?? Promise.reject(new Error(name))));
    requests.push(service.received.map(({ operation, input }) => ({ operation, input })));
  }
  return {
    sdk: { outcome: outcomes[0], requests: requests[0] },
    lean: { outcome: outcomes[1], requests: requests[1] },
  };
}

/** The SDK checks what SQS says that it has received: the MD5 of the body and of the attributes. */
const DIGESTS = { MD5OfMessageBody: createHash("md5").update("line\nbreak").digest("hex") };

const TYPE = "com.amazonaws.dynamodb.v20120810#";
const refused = (type: string, message = "because", more: object = {}) => ({ __type: type, message, ...more });

describe.each(Object.keys(CALLS))("%s by the lean client is what the SDK's makes of it", (name) => {
  test("request and output", async () => {
    const attributes = { id: { S: "1" }, bytes: { B: "Ynl0ZXM=" }, set: { BS: ["AP8="] }, B: { S: "text" } };
    const output: Record<string, object> = {
      BatchExecuteStatement: { Responses: [{ TableName: "t" }, { Error: { Code: "DuplicateItem", Message: "m" } }] },
      BatchGetItem: { Responses: { t: [attributes] }, UnprocessedKeys: {} },
      GetItem: { Item: attributes },
      PutItem: {},
      TransactWriteItems: {},
    };
    const { sdk, lean } = await both(
      name,
      replies(
        200,
        output[name] ?? {
          Successful: [{ Id: "0", ...(name === "SendMessageBatch" ? DIGESTS : {}) }],
          Failed: [{ Id: "1", Code: "X", SenderFault: true }],
        },
      ),
    );
    expect(lean).toEqual(sdk);
    expect(lean.outcome).toHaveProperty("output");
  });
});

/** One of each service, and the one whose errors reach users. The others differ from them only in their names. */
describe.each(["BatchExecuteStatement", "TransactWriteItems", "SendMessageBatch"])(
  "a failure of %s is the SDK's",
  (name) => {
    test.each([
      ["400 of the caller's", replies(400, refused(`${TYPE}ValidationException`))],
      [
        "400 with a URI in the header",
        replies(400, { message: "m" }, { "x-amzn-errortype": "AccessDeniedException:http://a/" }),
      ],
      ["400 without a body", replies(400, "")],
      [
        "400 with Message",
        replies(400, { __type: "com.amazon.coral.service#UnrecognizedClientException", Message: "M" }),
      ],
      ["400 for throttling", replies(400, refused(`${TYPE}ProvisionedThroughputExceededException`))],
      ["400 with HTML", replies(400, "<html>no</html>")],
      ["403", replies(403, refused("AccessDeniedException"))],
      ["403 with HTML", replies(403, "<html>Forbidden</html>")],
      ["404 with a type of SQS", replies(404, refused("com.amazonaws.sqs#QueueDoesNotExist"))],
      ["413 with HTML", replies(413, "<h1>too large</h1>")],
      ["429 with JSON", replies(429, refused("TooManyRequestsException"))],
      ["500", replies(500, refused(`${TYPE}InternalServerError`))],
      ["500 without a body", replies(500, "")],
      ["503 with text", replies(503, "upstream connect error")],
      ["503 with half a JSON", replies(503, '{"__type":"Serv')],
      ["200 with text", replies(200, "OK")],
      ["200 with half a JSON", replies(200, '{"Responses": [')],
      ["a redirect", replies(301, "", { location: "http://elsewhere/" })],
    ])("after %s", async (_what, reply) => {
      const { sdk, lean } = await both(name, reply);
      expect(lean).toEqual(sdk);
    });

    test("after a fault that passes", async () => {
      const { sdk, lean } = await both(name, replies(500, refused("InternalServerError")), replies(200, {}));
      expect(lean).toEqual(sdk);
      expect(service.received).toHaveLength(2);
    });

    test("after a connection that is reset before and in the middle of a response", async () => {
      const half: Reply = (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("{");
        setImmediate(() => response.destroy());
      };
      const { lean } = await both(name, (response) => response.destroy(), half, replies(200, {}));
      expect(lean.outcome).toMatchObject({ output: {} });
      expect(service.received).toHaveLength(3);
    });
  },
);

test.each(["lean", "sdk"] as const)("a table in another Region is called there: %s", async (awsClient) => {
  service.play(replies(200, {}));
  const { getItem } = await dynamoDbLoader({ client: undefined, clock: systemClock, awsClient }, "eu-west-1")();
  await getItem({ TableName: "t", Key: {} });
  expect(service.received[0]?.headers.authorization).toContain("/eu-west-1/dynamodb/aws4_request");
});

test("the reasons of a canceled transaction are the SDK's, with their items", async () => {
  const reasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item: { b: { B: "Ynl0ZXM=" } }, Message: "m" }];
  const body = refused(`${TYPE}TransactionCanceledException`, "canceled", { CancellationReasons: reasons });
  const { sdk, lean } = await both("TransactWriteItems", replies(400, body));
  expect(lean).toEqual(sdk);
  expect(lean.outcome).toMatchObject({ reasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed" }] });
});

describe("the lean client", () => {
  const getItem = async () => await (await operationsBy("lean")).getItem({ TableName: "t", Key: {} });

  test("reads chunked, gzipped and deflated responses", async () => {
    const json = JSON.stringify({ Item: { id: { S: "1" } } });
    service.play(
      (response) => {
        response.write(json.slice(0, 5));
        setImmediate(() => response.end(json.slice(5)));
      },
      replies(200, gzipSync(json), { "content-encoding": "gzip" }),
    );
    expect(await getItem()).toMatchObject({ Item: { id: { S: "1" } } });
    expect(await getItem()).toMatchObject({ Item: { id: { S: "1" } } });
  });

  test("reads no more than 32 MiB, inflated or not", async () => {
    const bomb = gzipSync(Buffer.alloc(40_000_000));
    service.play(replies(200, bomb, { "content-encoding": "gzip" }), replies(200, Buffer.alloc(40_000_000, " ")));
    await expect(getItem()).rejects.toMatchObject({ name: "InvalidResponse" });
    await expect(getItem()).rejects.toMatchObject({ name: "InvalidResponse" });
    expect(service.received).toHaveLength(2);
  });

  test("keeps its connections", async () => {
    const ports = new Set<number | undefined>();
    service.play((response) => {
      ports.add(response.socket?.remotePort);
      response.end("{}");
    });
    const operations = await operationsBy("lean");
    for (let n = 0; n < 3; n++) {
      await operations.getItem({ TableName: "t", Key: {} });
    }
    expect(ports.size).toBe(1);
  });

  test("tries again after a body that stalls", async () => {
    const clock = { ...systemClock, timer: (ms: number, callback: () => void) => systemClock.timer(ms / 20, callback) };
    service.play((response) => void response.write('{"Item":'), replies(200, {}));
    const { getItem: get } = await operationsBy("lean", clock);
    expect(await get({ TableName: "t", Key: {} })).toMatchObject({});
    expect(service.received).toHaveLength(2);
  });

  test("follows the clock of AWS, also in calls at once", async () => {
    const ahead = 3_600_000;
    const isSkewed = (date: string) => {
      const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
      return Math.abs(Date.parse(iso) - Date.now() - ahead) > 300_000;
    };
    service.play((response, { headers }) =>
      isSkewed(String(headers["x-amz-date"]))
        ? replies(403, refused("InvalidSignatureException", "Signature expired"), {
            date: new Date(Date.now() + ahead).toUTCString(),
          })(response, service.received[0] as never)
        : response.end("{}"),
    );
    const { getItem: get } = await operationsBy("lean");
    await Promise.all([1, 2, 3].map(() => get({ TableName: "t", Key: {} })));
    expect(service.received).toHaveLength(6);
    await get({ TableName: "t", Key: {} });
    expect(service.received).toHaveLength(7);
  });

  test("reads the keys for each call, as they are rotated", async () => {
    service.play((response) => response.end("{}"));
    const { getItem: get } = await operationsBy("lean");
    await get({ TableName: "t", Key: {} });
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDROTATED");
    vi.stubEnv("AWS_SESSION_TOKEN", "");
    await get({ TableName: "t", Key: {} });
    const [first, second] = service.received.map(({ headers }) => headers);
    expect(first).toMatchObject({ "x-amz-security-token": SECRETS.token });
    expect(second?.authorization).toContain("Credential=AKIDROTATED/");
    expect(second).not.toHaveProperty("x-amz-security-token");
  });

  test.each([
    ["AWS_ACCESS_KEY_ID", ""],
    ["AWS_SECRET_ACCESS_KEY", ""],
    ["AWS_SECRET_ACCESS_KEY", "s3cr3t-with-a-line-break\n"],
    ["AWS_SESSION_TOKEN", "s3cr3t and a space"],
    ["AWS_SESSION_TOKEN", "s3cr3t\u00e9"],
  ])("refuses %s = %j without a call and without showing it", async (variable, value) => {
    service.play((response) => response.end("{}"));
    vi.stubEnv(variable, value);
    const error: Error = await failureOf(getItem());
    expect(error).toMatchObject({ name: "CredentialsProviderError", message: expect.stringContaining(variable) });
    expect(String(error.stack)).not.toContain("s3cr3t");
    expect(isTransient(error)).toBe(false);
    expect(service.received).toEqual([]);
  });

  test("hides the secrets that AWS repeats", async () => {
    const message = `The Canonical String should have been 'POST\nx-amz-security-token:${SECRETS.token}\n' ${SECRETS.secret}`;
    service.play(replies(403, refused("InvalidSignatureException", message)));
    const error: Error = await failureOf(getItem());
    const shown = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error);
    expect(shown).toContain("[secret]");
    for (const secret of Object.values(SECRETS)) {
      expect(shown).not.toContain(secret);
    }
  });

  test("stops retrying while everything fails", async () => {
    service.play(replies(500, ""));
    const { getItem: get } = await operationsBy("lean");
    const calls = 20;
    for (let n = 0; n < calls; n++) {
      await get({ TableName: "t", Key: {} }).catch(() => undefined);
    }
    // 500 tokens pay for 35 retries of 14.
    expect(service.received).toHaveLength(calls + 35);
  });
});
