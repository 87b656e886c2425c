import { Duration } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { describe, expect, test } from "vitest";
import type { FanOutOptions, FanoutTopicProps } from "../../../infra/constructs/index.ts";
import { idempotencyKey } from "../../../lib/idempotency/index.ts";
import type { orders } from "../fixtures/contract.ts";
import {
  actionsOf,
  BILLING,
  environmentOf,
  Match,
  newStack,
  newTopic,
  properties,
  resource,
  statementsOf,
  templateOf,
} from "./support.ts";

const MAPPING = "AWS::Lambda::EventSourceMapping";
const TABLE = "AWS::DynamoDB::Table";
const ROLE_POLICY = "OrdersBillingHandlerRoleDefaultPolicy";

function consumer(options: FanOutOptions<typeof orders> = {}, props: Partial<FanoutTopicProps<typeof orders>> = {}) {
  const topic = newTopic(props);
  topic.fanOut("Billing", { handler: BILLING, ...options });
  return templateOf(topic);
}

function newFunction(stack = newStack(), id = "Fn"): lambda.Function {
  const code = lambda.Code.fromInline("exports.handler = () => {}");
  return new lambda.Function(stack, id, { code, handler: "index.handler", runtime: lambda.Runtime.NODEJS_24_X });
}

describe("the event source mapping", () => {
  test("reports single failures, counts events, and takes 10 messages at a time in 10 invocations", () => {
    expect(properties(consumer(), MAPPING, "OrdersBilling")).toEqual({
      BatchSize: 10,
      Enabled: true,
      EventSourceArn: { "Fn::GetAtt": [expect.stringMatching(/^OrdersBillingQueue/), "Arn"] },
      FunctionName: { Ref: expect.stringMatching(/^OrdersBillingHandler/) },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MetricsConfig: { Metrics: ["EventCount"] },
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  test("has the same defaults on FIFO", () => {
    const mapping = properties(consumer({}, { fifo: true }), MAPPING, "OrdersBilling");
    expect(mapping).toMatchObject({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 10 } });
    expect(mapping.MaximumBatchingWindowInSeconds).toBeUndefined();
  });

  test("is what it is told to be", () => {
    const template = consumer({
      batchSize: 500,
      maxBatchingWindow: Duration.seconds(5),
      maxConcurrency: 50,
      enabled: false,
    });
    expect(properties(template, MAPPING, "OrdersBilling")).toMatchObject({
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: { MaximumConcurrency: 50 },
      Enabled: false,
    });
  });

  test("takes any other property, which wins; provisioned pollers exclude a maximum concurrency", () => {
    const provisionedPollerConfig = { minimumPollers: 2, maximumPollers: 20 };
    const template = consumer({ eventSourceProps: { provisionedPollerConfig, batchSize: 3 } });
    const mapping = properties(template, MAPPING, "OrdersBilling");
    expect(mapping).toMatchObject({ BatchSize: 3, ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 20 } });
    expect(mapping.ScalingConfig).toBeUndefined();
  });

  test("with filters of its own is a warning, because Lambda deletes what they do not match", () => {
    const topic = newTopic();
    const filters = [lambda.FilterCriteria.filter({ body: ["x"] })];
    topic.fanOut("Billing", { handler: BILLING, eventSourceProps: { filters } });
    Annotations.fromStack(topic.node.scope as never).hasWarning(
      "/Shop/Orders/Billing",
      Match.stringLikeRegexp("Lambda deletes every message"),
    );
  });

  test("is not there without a handler, nor is a function or a table", () => {
    const topic = newTopic();
    const audit = topic.fanOut("Audit");
    const template = templateOf(topic);
    for (const type of [MAPPING, TABLE, "AWS::Lambda::Function"]) {
      template.resourceCountIs(type, 0);
    }
    expect(audit.handler).toBeUndefined();
    expect(audit.eventSourceMapping).toBeUndefined();
    expect(topic.idempotencyTable).toBeUndefined();
  });
});

describe("the handler's environment", () => {
  test("names consumer, table, retention, and the dead-letter queue of each source", () => {
    const environment = environmentOf(consumer(), "OrdersBillingHandler");
    expect(environment).toEqual({
      FANFARE_CONSUMER: "orders.Billing",
      FANFARE_IDEMPOTENCY_TABLE: { Ref: expect.stringMatching(/^OrdersIdempotency/) },
      // 23 + 14 + 2 x (4 + 14) days
      FANFARE_IDEMPOTENCY_RETENTION_SECONDS: String(73 * 86_400),
      FANFARE_DEAD_LETTER_QUEUES: {
        "Fn::Join": [
          "",
          [
            '{"',
            { "Fn::GetAtt": [expect.stringMatching(/^OrdersBillingQueue/), "Arn"] },
            '":{"url":"',
            { Ref: expect.stringMatching(/^OrdersBillingDeadLetterQueue/) },
            '","maxReceiveCount":55,"maxAttempts":5}}',
          ],
        ],
      },
    });
  });

  test("names the guarantee where one is chosen", () => {
    const environment = environmentOf(consumer({ guarantee: "at-most-once" }), "OrdersBillingHandler");
    expect(environment.FANFARE_GUARANTEE).toBe("at-most-once");
    expect(environment.FANFARE_IDEMPOTENCY_TABLE).toBeDefined();
    expect(environmentOf(consumer({ guarantee: "at-least-once" }), "OrdersBillingHandler")).not.toHaveProperty(
      "FANFARE_IDEMPOTENCY_TABLE",
    );
  });

  test("names the place of payloads where they are offloaded", () => {
    const environment = environmentOf(consumer({}, { largePayloads: true }), "OrdersBillingHandler");
    expect(environment.FANFARE_PAYLOAD_SOURCES).toEqual({
      "Fn::Join": ["", [{ Ref: expect.stringMatching(/^OrdersPayloadsBucket/) }, "/orders/"]],
    });
  });

  test("keeps records for as long as the queues' retentions ask", () => {
    const template = consumer({
      retention: Duration.days(1),
      deadLetter: { retention: Duration.days(2) },
      subscriptionDeadLetter: { retention: Duration.days(3) },
    });
    const environment = environmentOf(template, "OrdersBillingHandler");
    expect(environment.FANFARE_IDEMPOTENCY_RETENTION_SECONDS).toBe(String((23 + 3 + 2 * (1 + 2)) * 86_400));
  });

  test("names no table for at-least-once, and one for at-most-once", () => {
    const never = consumer({ guarantee: "at-least-once" });
    expect(environmentOf(never, "OrdersBillingHandler")).not.toHaveProperty("FANFARE_IDEMPOTENCY_TABLE");
    expect(environmentOf(never, "OrdersBillingHandler")).not.toHaveProperty("FANFARE_IDEMPOTENCY_RETENTION_SECONDS");
    never.resourceCountIs(TABLE, 0);
    const once = environmentOf(consumer({ guarantee: "at-most-once" }), "OrdersBillingHandler");
    expect(once).toHaveProperty("FANFARE_IDEMPOTENCY_TABLE");
  });

  test("has the consumer's name that is given", () => {
    const environment = environmentOf(consumer({ consumer: "billing-v2" }), "OrdersBillingHandler");
    expect(environment.FANFARE_CONSUMER).toBe("billing-v2");
  });

  test("keeps what the user set", () => {
    const environment = {
      FANFARE_IDEMPOTENCY_RETENTION_SECONDS: "60",
      FANFARE_CONSUMER: "orders.Billing",
      STAGE: "test",
    };
    const viaOptions = consumer({ handler: { ...BILLING, environment } });
    expect(environmentOf(viaOptions, "OrdersBillingHandler")).toMatchObject(environment);
    const viaProps = consumer({ handler: { ...BILLING, functionProps: { environment } } });
    expect(environmentOf(viaProps, "OrdersBillingHandler")).toMatchObject({
      ...environment,
      FANFARE_IDEMPOTENCY_TABLE: expect.anything(),
    });
  });

  test("adds up the sources of a function that consumes several queues under one name", () => {
    const stack = newStack();
    const fn = newFunction(stack);
    const topic = newTopic({ largePayloads: true }, stack);
    topic.fanOut("Eu", { handler: fn, consumer: "billing", where: { region: ["eu"] }, events: ["OrderPlaced"] });
    topic.fanOut("Us", { handler: fn, consumer: "billing", retention: Duration.days(14) });
    const template = templateOf(topic);
    const environment = environmentOf(template, "Fn");
    expect(environment.FANFARE_CONSUMER).toBe("billing");
    // Of the longer: 23 + 14 + 2 x (14 + 14) days.
    expect(environment.FANFARE_IDEMPOTENCY_RETENTION_SECONDS).toBe(String(93 * 86_400));
    const queues = JSON.stringify(environment.FANFARE_DEAD_LETTER_QUEUES);
    for (const id of ["EuQueue", "EuDeadLetterQueue", "UsQueue", "UsDeadLetterQueue"]) {
      expect(queues).toContain(`Orders${id}`);
    }
    expect(JSON.stringify(environment.FANFARE_PAYLOAD_SOURCES).match(/orders\//g)).toHaveLength(1);
    template.resourceCountIs(MAPPING, 2);
  });

  test("reaches the function behind an alias", () => {
    const stack = newStack();
    const fn = newFunction(stack);
    const alias = new lambda.Alias(stack, "Live", { aliasName: "live", version: fn.currentVersion });
    const topic = newTopic({}, stack);
    topic.fanOut("Billing", { handler: alias });
    const template = templateOf(topic);
    expect(environmentOf(template, "Fn").FANFARE_CONSUMER).toBe("orders.Billing");
    expect(JSON.stringify(properties(template, MAPPING, "OrdersBilling").FunctionName)).toMatch(/"Live\w+".*":live"/);
  });

  test("of an imported function is named in a warning", () => {
    const stack = newStack();
    const fn = lambda.Function.fromFunctionArn(stack, "Fn", "arn:aws:lambda:eu-central-1:111122223333:function:f");
    newTopic({ largePayloads: true }, stack).fanOut("Billing", { handler: fn });
    const names =
      "FANFARE_CONSUMER, FANFARE_IDEMPOTENCY_TABLE, FANFARE_IDEMPOTENCY_RETENTION_SECONDS, FANFARE_PAYLOAD_SOURCES, FANFARE_DEAD_LETTER_QUEUES \\(FANFARE_CONSUMER=orders.Billing\\)";
    Annotations.fromStack(stack).hasWarning("/Shop/Orders/Billing", Match.stringLikeRegexp(names));
  });
});

describe("the handler's permissions", () => {
  const LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"];
  const CONSUME = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
  const STORE = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLDelete",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
  ];

  test("are exactly those that consuming takes, each on one resource", () => {
    const statements = statementsOf(consumer({}, { largePayloads: true }), ROLE_POLICY);
    const payloads = ["s3:GetObject", "s3:ListBucket"];
    expect(actionsOf(statements)).toEqual([...STORE, ...LOGS, ...payloads, ...CONSUME, "sqs:SendMessage"].sort());
    const resourceOf = (action: string) =>
      JSON.stringify(statements.find((statement) => [statement.Action].flat().includes(action))?.Resource);
    expect(resourceOf("sqs:ReceiveMessage")).toMatch(/^\{"Fn::GetAtt":\["OrdersBillingQueue\w+","Arn"\]\}$/);
    expect(resourceOf("sqs:SendMessage")).toMatch(/^\{"Fn::GetAtt":\["OrdersBillingDeadLetterQueue\w+","Arn"\]\}$/);
    expect(resourceOf("dynamodb:PutItem")).toMatch(/^\{"Fn::GetAtt":\["OrdersIdempotency\w+","Arn"\]\}$/);
    expect(resourceOf("s3:GetObject")).toMatch(/"OrdersPayloadsBucket\w+","Arn"\]\},"\/orders\/\*"\]\]\}$/);
    expect(resourceOf("logs:PutLogEvents")).toMatch(/"OrdersBillingHandlerLogs\w+"\},":log-stream:\*"\]\]\}$/);
  });

  test("reach the consumer's own records only, in a table that others use too", () => {
    const conditionOf = (consumerName?: string) => {
      const template = consumer(consumerName === undefined ? {} : { consumer: consumerName });
      const store = statementsOf(template, ROLE_POLICY).find(({ Action }) =>
        [Action].flat().includes("dynamodb:PutItem"),
      );
      return store?.Condition;
    };
    const keys = (...list: string[]) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": list } });
    expect(conditionOf()).toEqual(keys("orders.Billing#*", "circuit#orders.Billing", "preload"));
    // As the runtime encodes it, and without wildcards of its own.
    expect(conditionOf("a b*#")).toEqual(keys(`a%20b\${*}%23#*`, `circuit#a b\${*}#`, "preload"));
    const long = "x".repeat(300);
    expect(conditionOf(long)).toEqual(keys(`${long}#*`, `${"x".repeat(200)}#*`, `circuit#${long}`, "preload"));
    for (const id of ["1", "y".repeat(600)]) {
      expect(idempotencyKey(long, "/shop", id).startsWith(`${"x".repeat(200)}`)).toBe(true);
    }
    expect(idempotencyKey("a b*#", "/shop", "1").startsWith("a%20b*%23#")).toBe(true);
  });

  test("leave out the store for at-least-once", () => {
    const statements = statementsOf(consumer({ guarantee: "at-least-once" }), ROLE_POLICY);
    expect(actionsOf(statements)).toEqual([...LOGS, ...CONSUME, "sqs:SendMessage"].sort());
  });

  test("take in the key where there is one", () => {
    const stack = newStack();
    const key = new kms.Key(stack, "Key");
    const topic = newTopic({ encryptionKey: key, largePayloads: true }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    const ofKey = statementsOf(templateOf(topic), ROLE_POLICY).filter((statement) =>
      JSON.stringify(statement.Resource).includes("Key"),
    );
    expect(new Set(actionsOf(ofKey))).toEqual(
      new Set(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"]),
    );
  });

  test("reach an imported function through its role", () => {
    const stack = newStack();
    const role = newFunction(stack).role;
    const imported = lambda.Function.fromFunctionAttributes(stack, "Imported", {
      functionArn: "arn:aws:lambda:eu-central-1:111122223333:function:f",
      ...(role === undefined ? {} : { role }),
    });
    newTopic({}, stack).fanOut("Billing", { handler: imported });
    expect(actionsOf(statementsOf(templateOf(stack), "FnServiceRole"))).toEqual(
      [...STORE, ...CONSUME, "sqs:SendMessage"].sort(),
    );
  });
});

describe("the idempotency table", () => {
  test("has the store's key and expiry, is paid per request, recoverable and retained", () => {
    const template = consumer();
    expect(properties(template, TABLE, "OrdersIdempotency")).toEqual({
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: false },
      DeletionProtectionEnabled: false,
    });
    expect(resource(template, TABLE, "OrdersIdempotency").DeletionPolicy).toBe("Retain");
  });

  test("is one for all handlers of a topic", () => {
    const topic = newTopic();
    topic.fanOut("Billing", { handler: BILLING });
    topic.fanOut("Audit", { handler: BILLING });
    templateOf(topic).resourceCountIs(TABLE, 1);
    expect(topic.idempotencyTable).toBeInstanceOf(dynamodb.Table);
  });

  test("can be protected from deletion, encrypted with a key, and destroyed with the stack", () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, "Key");
    const topic = newTopic({ encryptionKey, deletionProtection: true, removalPolicy: "destroy" as never }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    const template = templateOf(topic);
    expect(properties(template, TABLE, "OrdersIdempotency")).toMatchObject({
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: expect.anything() },
    });
    expect(resource(template, TABLE, "OrdersIdempotency").DeletionPolicy).toBe("Delete");
  });

  test("can be the user's own, for the topic or for one subscriber", () => {
    const stack = newStack();
    const props = {
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: "expiresAt",
    };
    const shared = new dynamodb.Table(stack, "Shared", props);
    const single = new dynamodb.Table(stack, "Single", props);
    const topic = newTopic({ idempotencyTable: shared }, stack);
    topic.fanOut("Billing", { handler: BILLING });
    topic.fanOut("Audit", { handler: BILLING, idempotencyTable: single });
    const template = templateOf(topic);
    template.resourceCountIs(TABLE, 2);
    const tableOf = (id: string) => environmentOf(template, `Orders${id}Handler`).FANFARE_IDEMPOTENCY_TABLE;
    expect(tableOf("Billing")).toEqual({ Ref: expect.stringMatching(/^Shared/) });
    expect(tableOf("Audit")).toEqual({ Ref: expect.stringMatching(/^Single/) });
  });
});

describe("a visibility timeout", () => {
  test("below the guidance but above the function's timeout is a warning", () => {
    const topic = newTopic();
    topic.fanOut("Billing", { handler: BILLING, visibilityTimeout: Duration.seconds(60) });
    topic.fanOut("Audit", { handler: BILLING, visibilityTimeout: Duration.seconds(180) });
    const warnings = Annotations.fromStack(topic.node.scope as never).findWarning(
      "*",
      Match.stringLikeRegexp("visibilityTimeout is 60 seconds, but Lambda recommends 180 seconds"),
    );
    expect(warnings.map((warning) => warning.id)).toEqual(["/Shop/Orders/Billing"]);
  });
});

describe("a subscriber as a grantee", () => {
  test("is its handler", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    const subscriber = topic.fanOut("Billing", { handler: BILLING });
    expect(subscriber.grantPrincipal).toBe(subscriber.handler?.grantPrincipal);
  });

  test("needs a handler", () => {
    const topic = newTopic({}, newStack());
    const subscriber = topic.fanOut("Queue");
    expect(() => subscriber.grantPrincipal).toThrow(/without a handler.*grant them to whatever polls the queue/);
  });
});
