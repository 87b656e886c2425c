import { connect } from "node:net";
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListBackupsCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { PortUnavailable, startServer } from "../../../../lib/local/server/index.ts";
import { clientConfig, raw, signed, startHarness } from "./support/harness.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

describe("startServer", () => {
  it("serves on loopback only, on a free port of its own choice", async () => {
    const { server } = await startHarness();
    expect(server.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const reply = await raw(server.endpoint, { path: "/_fanfare/health" });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toEqual({
      status: "ok",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      services: { sqs: "running", sns: "running", s3: "running", sts: "running", dynamodb: "running" },
    });
  });

  it("answers HEAD without a body", async () => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, { method: "HEAD", path: "/_fanfare/health" });
    expect([reply.status, reply.text]).toEqual([200, ""]);
  });

  it("dates its responses by the clock of the services", async () => {
    const { server } = await startHarness();
    const date = async () =>
      Date.parse(String((await raw(server.endpoint, { path: "/_fanfare/health" })).headers.date));
    const first = await date();
    // The header has whole seconds.
    expect(Math.abs(server.now() - first)).toBeLessThan(60_000);
    server.advance(3_600_000);
    const second = await date();
    expect(second - first).toBeGreaterThanOrEqual(3_600_000);
    expect(second - first).toBeLessThan(3_660_000);
  });

  it("says what to do when the port is taken", async () => {
    const { server } = await startHarness();
    const port = Number(new URL(server.endpoint).port);
    const error = await startServer({ port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PortUnavailable);
    expect(error).toMatchObject({
      port,
      message: expect.stringMatching(`port ${port} .*another program uses it.*port 0`),
    });
  });

  it("frees the port when it closes, however often that is asked", async () => {
    const { server } = await startHarness();
    const port = Number(new URL(server.endpoint).port);
    await raw(server.endpoint, { path: "/_fanfare/health", headers: { connection: "keep-alive" } });
    await Promise.all([server.close(), server.close()]);
    const second = await startServer({ port, engine: server.engine });
    expect(second.endpoint).toBe(server.endpoint);
    await second.close();
  });

  it("keeps connections open between requests", async () => {
    const { server } = await startHarness();
    const socket = connect(Number(new URL(server.endpoint).port), "127.0.0.1");
    onTestFinished(() => {
      socket.destroy();
    });
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (data) => {
      received += data;
    });
    const ask = "GET /_fanfare/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.write(ask);
    await expect.poll(() => received.match(/HTTP\/1\.1 200/g)?.length).toBe(1);
    socket.write(ask);
    await expect.poll(() => received.match(/HTTP\/1\.1 200/g)?.length).toBe(2);
  });
});

describe("requests from elsewhere", () => {
  it.each([
    ["a host of another name", { host: "evil.example" }, /Host "evil\.example"/],
    ["a host that only begins like ours", { host: "localhost.evil.example" }, /Host/],
    ["a host with an address of the network", { host: "192.168.1.5:4566" }, /Host/],
    ["a page of another site", { origin: "https://evil.example" }, /evil\.example/],
    ["a page without an origin", { origin: "null" }, /null/],
    ["an image on a page of another site", { "sec-fetch-site": "cross-site" }, /another site/],
  ])("are refused: %s", async (_what, headers, message) => {
    const { server, log } = await startHarness();
    const reply = await raw(server.endpoint, { path: "/_fanfare/health", headers });
    expect(reply.status).toBe(403);
    expect(reply.text).toMatch(message);
    expect(log).toMatchObject([{ status: 403, service: undefined }]);
  });

  it.each(["localhost", "LOCALHOST:1234", "127.0.0.1:1", "bucket.s3.localhost:4566"])(
    "are welcome as host %s",
    async (host) => {
      const { server } = await startHarness();
      expect((await raw(server.endpoint, { path: "/_fanfare/health", headers: { host } })).status).toBe(200);
    },
  );

  it("are welcome from pages of localhost", async () => {
    const { server } = await startHarness();
    const headers = { origin: "http://localhost:3000", "sec-fetch-site": "same-site" };
    expect((await raw(server.endpoint, { path: "/_fanfare/health", headers })).status).toBe(200);
  });
});

describe("STS", () => {
  it("tells who the access key is", async () => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { ...form, authorization: signed("sts", { accessKeyId: "111122223333" }) },
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    });
    expect(reply.status).toBe(200);
    expect(reply.text).toContain(
      "<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:root</Arn><UserId>111122223333</UserId>" +
        "<Account>111122223333</Account></GetCallerIdentityResult>",
    );
  });

  it("refuses anything else", async () => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { ...form, authorization: signed("sts") },
      body: "Action=AssumeRole",
    });
    expect(reply.status).toBe(400);
    expect(reply.text).toMatch(/<Code>InvalidAction<\/Code>.*AssumeRole of STS.*GetCallerIdentity/);
  });
});

describe("DynamoDB", () => {
  it("is served on the same port, with the SDK's own types and errors", async () => {
    const { server, log } = await startHarness();
    const dynamo = new DynamoDBClient(clientConfig(server.endpoint));
    onTestFinished(() => dynamo.destroy());
    await dynamo.send(
      new CreateTableCommand({
        TableName: "claims",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
    const Item = { id: { S: "a" }, __proto__x: { N: "1.50" }, bytes: { B: new Uint8Array([0, 255]) } };
    const put = (ReturnValuesOnConditionCheckFailure?: "ALL_OLD") =>
      dynamo.send(
        new PutItemCommand({
          TableName: "claims",
          Item,
          ConditionExpression: "attribute_not_exists(id)",
          ReturnValuesOnConditionCheckFailure,
        }),
      );
    await put();
    const stored = { ...Item, __proto__x: { N: "1.5" } };
    await expect(put("ALL_OLD")).rejects.toMatchObject({ name: "ConditionalCheckFailedException", Item: stored });
    expect((await dynamo.send(new GetItemCommand({ TableName: "claims", Key: { id: { S: "a" } } }))).Item).toEqual(
      stored,
    );
    expect(log.map(({ service, operation, status }) => [service, operation, status])).toEqual([
      ["dynamodb", "CreateTable", 200],
      ["dynamodb", "PutItem", 200],
      ["dynamodb", "PutItem", 400],
      ["dynamodb", "GetItem", 200],
    ]);
  });

  it("tells an operation that AWS has from one that nobody has", async () => {
    const { server } = await startHarness();
    const dynamo = new DynamoDBClient(clientConfig(server.endpoint));
    onTestFinished(() => dynamo.destroy());
    await expect(dynamo.send(new ListBackupsCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringMatching(
        /does not support the operation ListBackups of DynamoDB. It supports BatchExecute/,
      ),
    });
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { authorization: signed("dynamodb"), "x-amz-target": "DynamoDB_20120810.Nothing" },
      body: "{}",
    });
    expect([reply.status, JSON.parse(reply.text).message]).toEqual([400, 'DynamoDB has no operation "Nothing".']);
  });

  it.each([
    ["a page of another origin", { origin: "https://example.com" }],
    ["a page of another site that hides its origin", { "sec-fetch-site": "cross-site" }],
    ["a name that resolves to this machine", { host: "attacker.example" }],
  ])("refuses %s", async (_who, headers) => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { ...headers, authorization: signed("dynamodb"), "x-amz-target": "DynamoDB_20120810.ListTables" },
      body: "{}",
    });
    expect(reply.status).toBe(403);
    expect(reply.text).toMatch(/refuses/);
  });
});

describe("services that the local runtime does not have", () => {
  it.each([
    ["in JSON", { "x-amz-target": "AWSEvents.PutEvents" }, "{}", /"UnsupportedOperation".*service events.*PutEvents/],
    ["in XML", form, "Action=ListUsers", /<Code>UnsupportedOperation<\/Code>.*service events/],
  ])("are answered %s", async (_what, headers, body, expected) => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { ...headers, authorization: signed("events") },
      body,
    });
    expect(reply.status).toBe(501);
    expect(reply.text).toMatch(expected);
  });
});

describe("what goes wrong", () => {
  it("is answered with 500 where an app's own header cannot be sent, and the server goes on", async () => {
    const serveApi = async () => ({ status: 200, headers: { "x-broken": "one\ntwo" }, body: "" });
    const { server, log } = await startHarness({ serveApi });
    const reply = await raw(server.endpoint, { path: "/_fanfare/apis/abc/" });
    expect(reply.status).toBe(500);
    expect(log.at(-1)).toMatchObject({ status: 500, failure: expect.any(TypeError) });
    expect((await raw(server.endpoint, { path: "/_fanfare/health" })).status).toBe(200);
  });

  it("is answered with 400 where the signature has no scope", async () => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 nonsense", "x-amz-target": "AmazonSQS.ListQueues" },
      body: "{}",
    });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text).__type).toBe("com.amazonaws.sqs#IncompleteSignature");
  });

  it("is answered with 413 where a message request is too large", async () => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: {
        authorization: signed("sqs"),
        "x-amz-target": "AmazonSQS.SendMessage",
        "transfer-encoding": "chunked",
      },
      body: Buffer.alloc(9 * 1024 * 1024, "x"),
    });
    expect(reply.status).toBe(413);
    expect(JSON.parse(reply.text).message).toMatch(/8388608 bytes/);
  });

  it("in the runtime itself is a 500 in the service's protocol, told to the log and to nobody else", async () => {
    const { server, log } = await startHarness();
    const secret = new Error("boom with a secret");
    server.engine.sqs.call = () => {
      throw secret;
    };
    const json = await raw(server.endpoint, {
      method: "POST",
      headers: { authorization: signed("sqs"), "x-amz-target": "AmazonSQS.ListQueues" },
      body: "{}",
    });
    expect(json.status).toBe(500);
    expect(JSON.parse(json.text).__type).toBe("com.amazonaws.sqs#InternalFailure");
    expect(json.text).not.toContain("secret");
    expect(json.headers["x-amzn-query-error"]).toBe("InternalFailure;Receiver");
    expect(log[0]?.failure).toBe(secret);

    server.engine.s3.call = () => {
      throw secret;
    };
    const xml = await raw(server.endpoint, { headers: { authorization: signed("s3") } });
    expect(xml.status).toBe(500);
    expect(xml.text).toContain("<Code>InternalError</Code>");
  });

  it("in the caller's own log does not fail the request", async () => {
    const { server } = await startHarness({
      onRequest: () => {
        throw new Error("the disk is full");
      },
    });
    const reply = await raw(server.endpoint, { headers: { authorization: signed("s3") } });
    expect(reply.status).toBe(200);
  });
});

describe("the request log", () => {
  it("names service, operation, place and outcome of each request, but no query", async () => {
    const { server, sqs, log } = await startHarness();
    await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
    await raw(server.endpoint, { path: "/missing/key?X-Amz-Signature=secret" });
    expect(log).toMatchObject([
      {
        method: "POST",
        service: "sqs",
        operation: "CreateQueue",
        region: "eu-central-1",
        accountId: "000000000000",
        status: 200,
        error: undefined,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        milliseconds: expect.any(Number),
      },
      { path: "/missing/key", service: "s3", operation: "GetObject", status: 404, error: { code: "NoSuchBucket" } },
    ]);
  });
});
