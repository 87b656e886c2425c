/** Compositions that would lose events without a word: each is refused, with the fix, and its harmless neighbour is not. */
import { Aspects, Duration, Stack, Stage } from "aws-cdk-lib";
import { Annotations } from "aws-cdk-lib/assertions";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as events from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as pipes from "aws-cdk-lib/aws-pipes";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sns from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Node } from "constructs";
import { describe, expect, test, vi } from "vitest";
import { FanoutTopic, HandlerFunction, IdempotencyTable, WorkQueue } from "../../../infra/constructs/index.ts";
import { images, orders } from "../fixtures/contract.ts";
import {
  BILLING,
  environmentOf,
  Match,
  newApp,
  newStack,
  newTopic,
  newWorkQueue,
  ownQueue,
  properties,
  refusal,
  SHIPPING,
  statementsOf,
  templateOf,
} from "./support.ts";

const plain = { alarms: false, dashboard: false } as const;
const ENV = { account: "111122223333", region: "eu-central-1" };

function newFunction(stack: Stack, id: string, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  const code = lambda.Code.fromInline("exports.handler = () => {}");
  const runtime = lambda.Runtime.NODEJS_24_X;
  return new lambda.Function(stack, id, { code, handler: "index.handler", runtime, ...props });
}

/** The L1 construct of a handler. */
const functionOf = ({ handler }: WorkQueue) => handler?.node.defaultChild as lambda.CfnFunction | undefined;

const warningsOf = (stack: Stack, text: string): string[] =>
  Annotations.fromStack(stack)
    .findWarning("*", Match.stringLikeRegexp(text))
    .map((warning) => String(warning.entry.data));

describe("one consumer's name in one idempotency table is refused", () => {
  const message =
    /the consumer's name "billing" is that of \S+, which uses the same idempotency table.*would never run/;

  test("for two subscribers of a topic", () => {
    const topic = newTopic();
    topic.fanOut("A", { handler: BILLING, consumer: "billing" });
    expect(refusal(() => topic.fanOut("B", { handler: SHIPPING, consumer: "billing" }))).toMatch(message);
  });

  test("for two topics and a work queue that share a table, also by their default names", () => {
    const stack = newStack();
    const idempotencyTable = new IdempotencyTable(stack, "Records");
    const topicOf = (id: string) => new FanoutTopic(stack, id, { contract: orders, idempotencyTable, ...plain });
    topicOf("Eu").fanOut("Billing", { handler: BILLING });
    expect(refusal(() => topicOf("Us").fanOut("Billing", { handler: BILLING }))).toContain(
      'the consumer\'s name "orders.Billing" is that of Shop/Eu/Billing',
    );
    const work = { contract: orders, idempotencyTable, ...plain, handler: BILLING };
    expect(refusal(() => new WorkQueue(stack, "Billing", work))).toContain('"orders.Billing" is that of');
  });

  test("for tables that are imported twice by one name", () => {
    const stack = newStack();
    const tableOf = (id: string) => dynamodb.Table.fromTableName(stack, id, "records");
    const topic = newTopic({}, stack);
    topic.fanOut("A", { handler: BILLING, consumer: "billing", idempotencyTable: tableOf("One") });
    expect(
      refusal(() => topic.fanOut("B", { handler: BILLING, consumer: "billing", idempotencyTable: tableOf("Two") })),
    ).toMatch(message);
  });

  test("for a table that is imported by its name and by its ARN, or that this app creates", () => {
    const partitionKey = { name: "id", type: dynamodb.AttributeType.STRING };
    const attempt = (own: boolean) => {
      const stack = newStack({ env: ENV });
      const first = own
        ? new dynamodb.Table(stack, "Own", { tableName: "records", partitionKey, timeToLiveAttribute: "expiresAt" })
        : dynamodb.Table.fromTableName(stack, "Name", "records");
      const arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/records";
      const second = dynamodb.Table.fromTableArn(stack, "Arn", arn);
      const topic = newTopic({}, stack);
      topic.fanOut("A", { handler: BILLING, consumer: "billing", idempotencyTable: first });
      return () => topic.fanOut("B", { handler: SHIPPING, consumer: "billing", idempotencyTable: second });
    };
    expect(refusal(attempt(false))).toMatch(message);
    expect(refusal(attempt(true))).toMatch(message);
  });

  test("for a table that is imported first, and created later", () => {
    const stack = newStack({ env: ENV });
    const topic = newTopic({}, stack);
    const first = dynamodb.Table.fromTableName(stack, "Name", "records");
    topic.fanOut("A", { handler: BILLING, consumer: "billing", idempotencyTable: first });
    const partitionKey = { name: "id", type: dynamodb.AttributeType.STRING };
    const props = { tableName: "records", partitionKey, timeToLiveAttribute: "expiresAt" };
    const own = new dynamodb.Table(stack, "Own", props);
    expect(refusal(() => topic.fanOut("B", { handler: SHIPPING, consumer: "billing", idempotencyTable: own }))).toMatch(
      message,
    );
  });

  test("for imported functions", () => {
    const stack = newStack({ env: ENV });
    const fn = (name: string) =>
      lambda.Function.fromFunctionArn(stack, name, `arn:aws:lambda:eu-central-1:111122223333:function:${name}`);
    const other = newTopic({}, stack);
    other.fanOut("A", { handler: fn("a"), consumer: "billing" });
    expect(refusal(() => other.fanOut("B", { handler: fn("b"), consumer: "billing" }))).toMatch(message);
  });

  test("but not for one function, another table, no table, or another stage", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    const fn = newFunction(stack, "Fn");
    topic.fanOut("A", { handler: fn, consumer: "billing" });
    topic.fanOut("B", { handler: fn, consumer: "billing" });
    topic.fanOut("C", {
      handler: BILLING,
      consumer: "billing",
      idempotencyTable: new IdempotencyTable(stack, "Records"),
    });
    topic.fanOut("D", { handler: BILLING, consumer: "billing", guarantee: "at-least-once" });
    const app = newApp();
    for (const name of ["Test", "Production"]) {
      const inStage = new Stack(new Stage(app, name), "Shop");
      const idempotencyTable = dynamodb.Table.fromTableName(inStage, "Records", "records");
      newTopic({ idempotencyTable }, inStage).fanOut("Billing", { handler: BILLING });
    }
    expect(topic.subscribers).toHaveLength(4);
  });
});

describe("a variable of the handler that contradicts the options is refused", () => {
  const named = (name: string) =>
    new RegExp(`the variable ${name} of the handler is .*leave the variable out, and set the option`);

  test.each([
    ["FANFARE_CONSUMER", "mine", {}],
    ["FANFARE_GUARANTEE", "at-least-once", {}],
    ["FANFARE_GUARANTEE", "sometimes", {}],
    ["FANFARE_GUARANTEE", "exactly-once", { guarantee: "at-least-once" }],
    ["FANFARE_IDEMPOTENCY_TABLE", "elsewhere", {}],
  ] as const)("%s: %s, with %o", (name, value, options) => {
    const environment = { [name]: value };
    expect(refusal(() => newTopic().fanOut("A", { ...options, handler: { ...BILLING, environment } }))).toMatch(
      named(name),
    );
  });

  test("of a function of the user's own, and where it is set later or by an aspect", () => {
    const own = newTopic();
    own.fanOut("A", {
      handler: newFunction(Stack.of(own), "Fn", { environment: { FANFARE_GUARANTEE: "at-most-once" } }),
    });
    expect(refusal(() => templateOf(own))).toMatch(named("FANFARE_GUARANTEE"));
    const later = newTopic();
    const fn = new HandlerFunction(Stack.of(later), "Fn", BILLING);
    later.fanOut("A", { handler: fn });
    fn.addEnvironment("FANFARE_CONSUMER", "mine");
    expect(refusal(() => templateOf(later))).toMatch(named("FANFARE_CONSUMER"));
    const work = newWorkQueue({ handler: BILLING });
    const visit = (node: unknown) => {
      if (node === work.handler && node instanceof lambda.Function) {
        node.addEnvironment("FANFARE_GUARANTEE", "at-least-once");
      }
    };
    Aspects.of(work).add({ visit });
    expect(refusal(() => templateOf(work))).toMatch(named("FANFARE_GUARANTEE"));
    const overridden = newWorkQueue({ handler: BILLING });
    functionOf(overridden)?.addPropertyOverride("Environment.Variables.FANFARE_CONSUMER", "mine");
    expect(refusal(() => templateOf(overridden))).toMatch(named("FANFARE_CONSUMER"));
  });

  test("but not one that says the same, or names the table of a circuit breaker", () => {
    const environment = { FANFARE_CONSUMER: "orders.A", FANFARE_GUARANTEE: "at-most-once" };
    const topic = newTopic();
    topic.fanOut("A", { guarantee: "at-most-once", handler: { ...BILLING, environment } });
    const breaker = { FANFARE_IDEMPOTENCY_TABLE: "circuits" };
    topic.fanOut("B", { guarantee: "at-least-once", handler: { ...SHIPPING, environment: breaker } });
    expect(() => templateOf(topic)).not.toThrow();
  });
});

describe("an event that the conditions can never match is refused", () => {
  const attempt = (options: object) => refusal(() => newTopic().fanOut("Billing", options));

  test("with the events that remain", () => {
    expect(attempt({ where: { region: ["eu"] } })).toBe(
      'Shop/Orders/Billing: where.region never matches OrderCancelled: the event does not set the attribute, so it would never arrive (leave OrderCancelled out of events (events: ["OrderPlaced"]) and add another subscriber for them, accept its absence ([..., { exists: false }]), or declare the attribute for it in the contract)',
    );
  });

  test.each([
    ["a condition that the attribute exists", { where: { region: [{ exists: true }] } }],
    ["a condition that excludes values", { where: { region: [{ "anything-but": ["us"] }] } }],
    ["events that are named", { events: ["OrderCancelled", "OrderPlaced"], where: { total: [1] } }],
    ["two attributes of different events", { where: { region: ["eu", { exists: false }], reason: ["fraud"] } }],
    [
      "events that are named without a filter on types",
      { events: ["OrderPlaced", "OrderCancelled"], filter: "none", where: { total: [1] } },
    ],
    ["alternatives that none of its attributes fits", { where: { $or: [{ region: ["eu"] }, { total: [1] }] } }],
    [
      "alternatives of which each needs another's attribute too",
      { where: { $or: [{ region: ["eu"] }, { reason: ["x"], total: [1] }] } },
    ],
  ])("for %s", (_name, options) => {
    expect(attempt(options)).toMatch(/never matches Order(Placed|Cancelled)/);
  });

  test("but not if absence or an alternative matches it, or if nothing but the conditions chooses", () => {
    const topic = newTopic();
    const accepted = [
      { where: { region: ["eu", { exists: false }] } },
      { where: { $or: [{ region: ["eu"] }, { reason: ["fraud"] }] } },
      { filter: "none", where: { region: ["eu"] } },
    ];
    for (const [index, options] of accepted.entries()) {
      expect(topic.fanOut(`S${index}`, options as object).filtered).toBe(true);
    }
  });
});

describe("one queue is refused", () => {
  test("for two subscribers of a topic", () => {
    const stack = newStack();
    const queue = ownQueue(stack);
    const topic = newTopic({}, stack);
    topic.fanOut("A", { queue, events: ["OrderPlaced"] });
    expect(refusal(() => topic.fanOut("B", { queue, events: ["OrderCancelled"] }))).toContain(
      "Shop/Orders/B: queue is already subscribed to the topic by Shop/Orders/A/Subscription; SNS keeps one subscription and one filter per topic and queue (",
    );
  });

  test("for a queue of this app that is also imported by its ARN", () => {
    const stack = newStack({ env: ENV });
    const deadLetterQueue = { queue: new sqs.Queue(stack, "Dead"), maxReceiveCount: 5 };
    const topic = newTopic({}, stack);
    topic.fanOut("A", { queue: new sqs.Queue(stack, "Q", { queueName: "mine", deadLetterQueue }) });
    const queue = sqs.Queue.fromQueueArn(stack, "Same", "arn:aws:sqs:eu-central-1:111122223333:mine");
    expect(refusal(() => topic.fanOut("B", { queue, queuePolicyAllowsTopic: true }))).toContain(
      "queue is already subscribed to the topic by Shop/Orders/A",
    );
  });

  test("in a tree that is read as often for the tenth subscriber as for the second", () => {
    const topic = sns.Topic.fromTopicArn(
      newStack({ env: ENV }),
      "Topic",
      "arn:aws:sns:eu-central-1:111122223333:orders",
    );
    const imported = newTopic({ topic }, Stack.of(topic) as Stack);
    const read = vi.spyOn(Node.prototype, "findAll");
    const readings = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"].map((id) => {
      read.mockClear();
      imported.fanOut(id, { events: ["OrderPlaced"] });
      return read.mock.calls.length;
    });
    read.mockRestore();
    expect(readings.at(-1)).toBe(readings[1]);
  });

  test("for two imports of one queue, and for a subscription of CDK's own", () => {
    const stack = newStack({ env: ENV });
    const imported = (id: string) => sqs.Queue.fromQueueArn(stack, id, "arn:aws:sqs:eu-central-1:111122223333:own");
    const topic = newTopic({}, stack);
    topic.fanOut("A", { queue: imported("One"), queuePolicyAllowsTopic: true });
    expect(refusal(() => topic.fanOut("B", { queue: imported("Two"), queuePolicyAllowsTopic: true }))).toContain(
      "already subscribed",
    );
    const queue = ownQueue(stack);
    const other = new FanoutTopic(stack, "Other", { contract: orders, ...plain });
    other.fanOut("A", { queue });
    other.topic.addSubscription(new SqsSubscription(queue));
    expect(refusal(() => templateOf(stack))).toContain("already subscribed to the topic by ");
  });

  test("with two handlers, in either order", () => {
    const stack = newStack();
    const queue = ownQueue(stack);
    newTopic({}, stack).fanOut("A", { queue, handler: BILLING });
    const other = new FanoutTopic(stack, "Other", { contract: orders, ...plain });
    expect(refusal(() => other.fanOut("B", { queue, handler: SHIPPING }))).toContain(
      "the queue already has the handler of Shop/Orders/A/EventSourceMapping",
    );
    const late = newStack();
    const work = newWorkQueue({ handler: BILLING }, late);
    newFunction(late, "Fn").addEventSource(new SqsEventSource(work.queue));
    expect(refusal(() => templateOf(late))).toContain("would compete");
  });

  test("with a handler and a pipe, in either order", () => {
    const pipe = (stack: Stack, source: string) =>
      new pipes.CfnPipe(stack, "Pipe", {
        roleArn: "arn:aws:iam::111122223333:role/r",
        source,
        target: "arn:aws:sqs:eu-central-1:111122223333:t",
      });
    const work = newWorkQueue({ handler: BILLING });
    pipe(Stack.of(work), work.queue.queueArn);
    expect(refusal(() => templateOf(work))).toContain("the queue already has the handler of Shop/Pipe");
    const stack = newStack();
    const queue = ownQueue(stack);
    pipe(stack, queue.queueArn);
    expect(refusal(() => newTopic({}, stack).fanOut("A", { queue, handler: BILLING }))).toContain("Shop/Pipe");
    const bus = newTopic();
    const { subscriber } = bus.toEventBus("Bus", { eventBus: new events.EventBus(Stack.of(bus), "Bus") });
    newFunction(Stack.of(bus), "Fn").addEventSource(new SqsEventSource(subscriber.queue));
    expect(refusal(() => templateOf(bus))).toContain(
      "Shop/Orders/Bus/Pipe: the queue already has the handler of Shop/Fn",
    );
  });

  test("but not for two topics with one handler", () => {
    const stack = newStack();
    const queue = ownQueue(stack);
    newTopic({}, stack).fanOut("A", { queue, handler: BILLING });
    new FanoutTopic(stack, "Other", { contract: orders, ...plain }).fanOut("B", { queue });
    templateOf(stack).resourceCountIs("AWS::SNS::Subscription", 2);
  });
});

describe("one name is refused", () => {
  test("for a queue and its dead-letter queues", () => {
    const attempt = (options: object) => refusal(() => newTopic().fanOut("Billing", options));
    expect(attempt({ queueName: "billing", deadLetter: { queueName: "billing" } })).toContain(
      'queueName is "billing", the name of Shop/Orders/Billing/DeadLetterQueue/Resource',
    );
    expect(attempt({ queueName: "billing", subscriptionDeadLetter: { queueName: "billing" } })).toContain(
      'subscriptionDeadLetter.queueName is "billing"',
    );
    expect(attempt({ queueProps: { queueName: "billing" }, deadLetter: { queueName: "billing" } })).toContain(
      "billing",
    );
  });

  test("for queues of two subscribers, also in two stacks, and for a queue of CDK's own", () => {
    const app = newApp();
    const [one, two] = [new Stack(app, "One"), new Stack(app, "Two")];
    newTopic({}, one).fanOut("Billing", { queueName: "billing" });
    expect(refusal(() => newWorkQueue({ queueName: "billing" }, two))).toContain(
      "the name of One/Orders/Billing/Queue",
    );
    const stack = newStack();
    newWorkQueue({ queueName: "work" }, stack);
    new sqs.Queue(stack, "Late", { queueName: "work" });
    expect(refusal(() => templateOf(stack))).toContain('queueName is "work", the name of Shop/Late');
  });

  test("for two topics", () => {
    const stack = newStack();
    newTopic({ topicProps: { topicName: "orders" } }, stack);
    const second = { contract: orders, ...plain, topicProps: { topicName: "orders" } };
    expect(refusal(() => new FanoutTopic(stack, "Second", second))).toContain('topicProps.topicName is "orders"');
  });

  test("for two functions, and for two dashboards, whose names are the account's", () => {
    const functionProps = { functionName: "billing" };
    const topic = newTopic();
    topic.fanOut("A", { handler: { ...BILLING, functionProps } });
    expect(refusal(() => topic.fanOut("B", { handler: { ...SHIPPING, functionProps } }))).toContain(
      'handler.functionProps.functionName is "billing", the name of Shop/Orders/A/Handler/Resource',
    );
    const app = newApp();
    const [eu, us] = ["eu-central-1", "us-east-1"].map((region) => new Stack(app, region, { env: { ...ENV, region } }));
    newTopic({ dashboard: { name: "orders" } }, eu);
    expect(refusal(() => newTopic({ dashboard: { name: "orders" } }, us))).toContain(
      'dashboard.name is "orders", the name of eu-central-1/Orders/Dashboard/Resource',
    );
  });

  test.each<[string, () => unknown]>([
    ['queueName is "a.fifo"', () => newWorkQueue({ queueName: "a.fifo" })],
    ['queueName is "a"', () => newTopic({ fifo: true }).fanOut("A", { queueName: "a" })],
    ['deadLetter.queueName is "a.fifo"', () => newWorkQueue({ deadLetter: { queueName: "a.fifo" } })],
    [
      'subscriptionDeadLetter.queueName is "a.fifo"',
      () => newTopic().fanOut("A", { subscriptionDeadLetter: { queueName: "a.fifo" } }),
    ],
    [
      'deadLetter.queueName is "a.fifo"',
      () => newTopic().push("A", { email: "a@example.com", deadLetter: { queueName: "a.fifo" } }),
    ],
    ['topicProps.topicName is "a.fifo"', () => newTopic({ topicProps: { topicName: "a.fifo" } })],
    ['topicProps.topicName is "a"', () => newTopic({ fifo: true, topicProps: { topicName: "a" } })],
  ])("whose ending is that of the other type: %s", (message, attempt) => {
    expect(refusal(attempt)).toContain(`${message}, but names end in .fifo on FIFO and only there`);
  });

  test("but not in another Region, account or stage", () => {
    const app = newApp();
    const stacks = [
      new Stack(app, "A", { env: ENV }),
      new Stack(app, "B", { env: { ...ENV, region: "us-east-1" } }),
      new Stack(app, "C", { env: { ...ENV, account: "444455556666" } }),
      new Stack(new Stage(app, "Test"), "A", { env: ENV }),
    ];
    for (const stack of stacks) {
      expect(() => newWorkQueue({ queueName: "work" }, stack)).not.toThrow();
    }
  });
});

describe("an entry is refused at synthesis", () => {
  const entry = (path: string, options: object = {}) => ({ entry: `test/template/fixtures/${path}`, ...options });
  const attempt = (handler: ReturnType<typeof entry>) =>
    refusal(() => templateOf(newWorkQueue({ handler: handler, guarantee: "at-least-once" })));

  test("without the export that Lambda calls", () => {
    expect(attempt(entry("shared.ts"))).toMatch(
      /^cannot bundle \S+shared\.ts: no export handler; it exports label, neverCalled; the code of Shop\/Images\/Handler \(export the handler under that name /,
    );
    expect(attempt(entry("billing.ts", { export: "run" }))).toContain("no export run; it exports handler");
    expect(attempt(entry("billing.ts", { export: "api.run" }))).toContain("no export api;");
  });

  test("without a handler for an event that reaches it", () => {
    const attemptOf = (options: object, exported = "handler") => {
      const topic = newTopic();
      topic.fanOut("Billing", { handler: entry("some-events.ts", { export: exported }), ...options });
      return () => templateOf(topic);
    };
    expect(refusal(attemptOf({}))).toMatch(
      /^cannot bundle \S+some-events\.ts: no handler for OrderCancelled; the code of Shop\/Orders\/Billing\/Handler \(add handlers /,
    );
    expect(refusal(attemptOf({ events: ["OrderCancelled"] }))).toContain("no handler for OrderCancelled");
    for (const accepted of [
      attemptOf({ events: ["OrderPlaced"] }),
      attemptOf({ filter: "none" }),
      attemptOf({}, "batch"),
      attemptOf({}, "wrapped"),
    ]) {
      expect(accepted).not.toThrow();
    }
  });

  test("without a handler for an event that another subscription puts into its queue", () => {
    const stack = newStack();
    const queue = ownQueue(stack);
    const handler = entry("some-events.ts");
    newTopic({}, stack).fanOut("A", { queue, handler, events: ["OrderPlaced"] });
    const other = new FanoutTopic(stack, "Other", { contract: orders, ...plain });
    other.fanOut("B", { queue, events: ["OrderCancelled"] });
    new FanoutTopic(stack, "Images", { contract: images, ...plain }).fanOut("C", { queue });
    expect(refusal(() => templateOf(stack))).toContain(
      "no handler for OrderCancelled, image-work.ImageUploaded; the code of Shop/Orders/A",
    );
    const queues = newStack();
    const first = newTopic({}, queues).fanOut("First", { events: ["OrderCancelled"] });
    new FanoutTopic(queues, "Other", { contract: orders, ...plain }).fanOut("Second", {
      queue: first.queue,
      handler,
      events: ["OrderPlaced"],
    });
    expect(refusal(() => templateOf(queues))).toContain("no handler for OrderCancelled");
  });

  test("that takes messages of SQS, where SNS would invoke it", () => {
    const pushTo = (path: string) => {
      const topic = newTopic();
      topic.push("Audit", { lambda: new HandlerFunction(Stack.of(topic), "Fn", entry(path)) });
      return () => templateOf(topic);
    };
    expect(refusal(pushTo("some-events.ts"))).toMatch(
      /the handler is made by consume\(\), .*topic\.push lets SNS invoke it; .*\(use fanOut/,
    );
    expect(pushTo("billing.ts")).not.toThrow();
  });

  test("that is CommonJS, whose exports a bundle does not name", () => {
    expect(attempt(entry("legacy.cjs"))).toContain("no export handler; it exports default");
  });

  test("and each function is checked where two share one entry", () => {
    const stack = newStack();
    new HandlerFunction(stack, "Good", entry("shared.ts", { export: "label" }));
    new HandlerFunction(stack, "Bad", entry("shared.ts", { export: "other" }));
    expect(refusal(() => templateOf(stack))).toContain("no export other; it exports label, neverCalled");
  });

  test.each(["NODEJS_20_X", "NODEJS_18_X", "PYTHON_3_13", "PROVIDED_AL2023"] as const)("on runtime %s", (name) => {
    const runtime = lambda.Runtime[name];
    expect(refusal(() => new HandlerFunction(newStack(), "Fn", { ...BILLING, runtime }))).toContain(
      `handler.runtime is ${runtime.name}, but the bundle needs Node.js 22 or later`,
    );
  });

  test("on a runtime that an aspect sets", () => {
    const work = newWorkQueue({ handler: BILLING });
    const visit = (node: unknown) => {
      if (node instanceof lambda.CfnFunction) {
        node.runtime = "nodejs20.x";
      }
    };
    Aspects.of(work).add({ visit });
    expect(refusal(() => templateOf(work))).toContain("handler.runtime is nodejs20.x, but the bundle needs");
    const overridden = newWorkQueue({ handler: BILLING });
    functionOf(overridden)?.addPropertyOverride("Runtime", "nodejs18.x");
    expect(refusal(() => templateOf(overridden))).toContain("handler.runtime is nodejs18.x, but the bundle needs");
  });

  test("but not on Node.js 22; an own function on an older one is a warning, in another language it is none", () => {
    const stack = newStack();
    new HandlerFunction(stack, "Fn", { ...BILLING, runtime: lambda.Runtime.NODEJS_22_X });
    const topic = newTopic({}, stack);
    topic.fanOut("Old", { handler: newFunction(stack, "OldFn", { runtime: lambda.Runtime.NODEJS_20_X }) });
    topic.fanOut("Python", { handler: newFunction(stack, "Python", { runtime: lambda.Runtime.PYTHON_3_13 }) });
    expect(warningsOf(stack, "Fanfare needs Node.js 22")).toEqual([
      expect.stringContaining("the handler runs on nodejs20.x"),
    ]);
  });
});

describe("grantPublish", () => {
  const topicPolicy = (stack: Stack) => JSON.stringify(templateOf(stack).findResources("AWS::SNS::TopicPolicy"));

  test("to a service is a statement of the topic's policy, and of the key's", () => {
    const stack = newStack({ env: ENV });
    const encryptionKey = new kms.Key(stack, "Key");
    const topic = newTopic({ encryptionKey }, stack);
    expect(topic.grantPublish(new iam.ServicePrincipal("budgets.amazonaws.com")).success).toBe(true);
    const { PolicyDocument } = properties(templateOf(stack), "AWS::SNS::TopicPolicy", "OrdersTopic");
    expect(PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: "Allow",
          Principal: { Service: "budgets.amazonaws.com" },
          Action: "sns:Publish",
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
        }),
      ]),
    });
    const key = JSON.stringify(properties(templateOf(stack), "AWS::KMS::Key", "Key").KeyPolicy);
    expect(key).toContain("budgets.amazonaws.com");
  });

  test("to EventBridge has no condition, and conditions of the principal are kept", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    topic.grantPublish(new iam.ServicePrincipal("events.amazonaws.com"));
    const conditions = { ArnLike: { "aws:SourceArn": "arn:aws:s3:::uploads" } };
    topic.grantPublish(new iam.ServicePrincipal("s3.amazonaws.com", { conditions }));
    const policy = topicPolicy(stack);
    expect(policy).toContain("events.amazonaws.com");
    expect(policy).toContain("arn:aws:s3:::uploads");
    expect(policy).not.toContain("aws:SourceAccount");
  });

  test.each([
    ["an account", () => new iam.AccountPrincipal("444455556666"), "444455556666"],
    ["an organization", () => new iam.OrganizationPrincipal("o-1234567890"), "o-1234567890"],
    ["an ARN", () => new iam.ArnPrincipal("arn:aws:iam::444455556666:role/checkout"), "role/checkout"],
  ])("to %s is a statement of the policies of topic, key and bucket", (_name, principal, text) => {
    const stack = newStack({ env: ENV });
    const encryptionKey = new kms.Key(stack, "Key");
    const topic = newTopic({ encryptionKey, largePayloads: true }, stack);
    expect(topic.grantPublish(principal()).success).toBe(true);
    const template = templateOf(stack);
    for (const [type, prefix] of [
      ["AWS::SNS::TopicPolicy", "OrdersTopic"],
      ["AWS::S3::BucketPolicy", "OrdersPayloads"],
      ["AWS::KMS::Key", "Key"],
    ] as const) {
      expect(JSON.stringify(properties(template, type, prefix))).toContain(text);
    }
  });

  test("to a role of another account adds the topic's side, and names what that account must add", () => {
    const stack = newStack({ env: ENV });
    const role = iam.Role.fromRoleArn(stack, "Theirs", "arn:aws:iam::444455556666:role/checkout");
    newTopic({}, stack).grantPublish(role);
    expect(topicPolicy(stack)).toContain("arn:aws:iam::444455556666:role/checkout");
    expect(warningsOf(stack, "cannot be changed here")).toEqual([
      expect.stringContaining('[{"Action":"sns:Publish","Effect":"Allow","Resource":{"Ref":"OrdersTopic'),
    ]);
  });

  test("of an imported topic names the statement to add", () => {
    const stack = newStack({ env: ENV });
    const topic = sns.Topic.fromTopicArn(stack, "Imported", "arn:aws:sns:eu-central-1:111122223333:orders");
    const grant = newTopic({ topic }, stack).grantPublish(new iam.ServicePrincipal("s3.amazonaws.com"));
    expect(grant.success).toBe(false);
    expect(warningsOf(stack, "grantPublish had no effect")).toEqual([
      expect.stringContaining(
        '{"Effect":"Allow","Principal":{"Service":["s3.amazonaws.com"]},"Action":"sns:Publish","Resource":"arn:aws:sns:eu-central-1:111122223333:orders"}',
      ),
    ]);
  });

  test("of an imported topic fails for a service although the key can be granted", () => {
    const stack = newStack({ env: ENV });
    const topic = sns.Topic.fromTopicAttributes(stack, "Imported", {
      topicArn: "arn:aws:sns:eu-central-1:111122223333:orders",
      keyArn: new kms.Key(stack, "Key").keyArn,
    });
    expect(newTopic({ topic }, stack).grantPublish(new iam.ServicePrincipal("s3.amazonaws.com")).success).toBe(false);
  });

  test("of a work queue to a service is a statement of the queue's policy", () => {
    const stack = newStack();
    newWorkQueue({}, stack).grantPublish(new iam.ServicePrincipal("scheduler.amazonaws.com"));
    expect(JSON.stringify(templateOf(stack).findResources("AWS::SQS::QueuePolicy"))).toContain(
      "scheduler.amazonaws.com",
    );
  });

  test("to a subscriber or a work queue sets the environment of its handler", () => {
    const stack = newStack();
    const topic = newTopic({}, stack);
    const work = newWorkQueue({ handler: SHIPPING }, stack);
    const billing = topic.fanOut("Billing", { handler: BILLING });
    topic.grantPublish(work);
    work.grantPublish(billing);
    const template = templateOf(stack);
    expect(environmentOf(template, "ImagesHandler")).toHaveProperty("FANFARE_ORDERS_TARGET");
    expect(environmentOf(template, "OrdersBillingHandler")).toHaveProperty("FANFARE_IMAGE_WORK_TARGET");
  });

  test("of two topics of one contract to one function is refused: one variable cannot name both", () => {
    const stack = newStack();
    const fn = newFunction(stack, "Fn");
    const topic = newTopic({}, stack);
    topic.grantPublish(fn);
    topic.grantPublish(fn);
    const other = new FanoutTopic(stack, "Other", { contract: orders, ...plain });
    expect(refusal(() => other.grantPublish(fn))).toContain(
      "the function Shop/Fn already publishes to Shop/Orders/Topic/Resource by the variable FANFARE_ORDERS_TARGET",
    );
  });
});

describe("an immutable role", () => {
  test.each([
    [
      "is imported as such",
      (stack: Stack) => iam.Role.fromRoleArn(stack, "R", "arn:aws:iam::111122223333:role/r", { mutable: false }),
    ],
    ["is of another account", (stack: Stack) => iam.Role.fromRoleArn(stack, "R", "arn:aws:iam::444455556666:role/r")],
    [
      "was made so",
      (stack: Stack) =>
        new iam.Role(stack, "R", {
          assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
        }).withoutPolicyUpdates(),
    ],
  ])("of a handler that %s is a warning with the statements that are missing", (_name, roleOf) => {
    const stack = newStack({ env: ENV });
    const role = roleOf(stack);
    newTopic({}, stack).fanOut("Billing", { handler: { ...BILLING, functionProps: { role } } });
    const [warning = ""] = warningsOf(stack, "nothing was granted");
    expect(warning).toMatch(/the role (arn:aws:iam::\d{12}:role\/r|Shop\/\w*R) cannot be changed/);
    for (const action of ["sqs:ReceiveMessage", "dynamodb:PutItem", "sqs:SendMessage"]) {
      expect(warning).toContain(action);
    }
  });

  test("of a publisher is a warning too; a role that can be changed is none", () => {
    const stack = newStack({ env: ENV });
    const topic = newTopic({}, stack);
    const role = (id: string, mutable: boolean) =>
      iam.Role.fromRoleArn(stack, id, `arn:aws:iam::111122223333:role/${id}`, { mutable });
    topic.grantPublish(newFunction(stack, "Fn", { role: role("fixed", false) }));
    topic.grantPublish(role("open", true));
    topic.grantPublish(newFunction(stack, "Own"));
    expect(warningsOf(stack, "nothing was granted")).toEqual([expect.stringContaining("role/fixed")]);
    expect(statementsOf(templateOf(stack), "open")).toHaveLength(1);
  });
});

describe("reserved concurrency", () => {
  const attempt = (reserved: number, options: object = {}) =>
    newTopic().fanOut("Billing", { handler: { ...BILLING, reservedConcurrentExecutions: reserved }, ...options });
  const concurrencyOf = (reserved: number) => {
    const subscriber = attempt(reserved);
    return properties(templateOf(Stack.of(subscriber)), "AWS::Lambda::EventSourceMapping", "Orders").ScalingConfig;
  };

  test("below the concurrency of the queue is refused", () => {
    expect(refusal(() => attempt(2, { maxConcurrency: 10 }))).toMatch(
      /the function reserves a concurrency of 2, but its queues may use 10: .*\(reserve at least 10 /,
    );
    expect(refusal(() => attempt(5, { eventSourceProps: { maxConcurrency: 6 } }))).toContain("may use 6");
    expect(refusal(() => attempt(1))).toContain("may use 2");
    expect(refusal(() => attempt(0))).toContain("set enabled: false");
  });

  test("below the concurrency of all queues together is refused", () => {
    const stack = newStack();
    const fn = newFunction(stack, "Fn", { reservedConcurrentExecutions: 15 });
    const topic = newTopic({}, stack);
    topic.fanOut("A", { handler: fn, consumer: "c", maxConcurrency: 10 });
    expect(refusal(() => topic.fanOut("B", { handler: fn, consumer: "c", maxConcurrency: 6 }))).toContain("may use 16");
    expect(() => newTopic({}, newStack()).fanOut("C", { handler: BILLING, maxConcurrency: 6 })).not.toThrow();
  });

  test("is refused where it is set later, and below what provisioned pollers invoke", () => {
    const work = newWorkQueue({ handler: BILLING });
    (work.handler?.node.defaultChild as lambda.CfnFunction).reservedConcurrentExecutions = 2;
    expect(refusal(() => templateOf(work))).toContain("reserves a concurrency of 2, but its queues may use 10");
    const overridden = newWorkQueue({ handler: BILLING });
    functionOf(overridden)?.addPropertyOverride("ReservedConcurrentExecutions", 3);
    expect(refusal(() => templateOf(overridden))).toContain("reserves a concurrency of 3, but its queues may use 10");
    const provisionedPollers = { minimum: 2, maximum: 10 };
    expect(refusal(() => attempt(99, { provisionedPollers }))).toMatch(
      /may use 100: .*a provisioned poller counts as 10/,
    );
    expect(() => attempt(100, { provisionedPollers })).not.toThrow();
  });

  test("is the default of the queue's concurrency where it is lower", () => {
    expect(concurrencyOf(5)).toEqual({ MaximumConcurrency: 5 });
    expect(concurrencyOf(100)).toEqual({ MaximumConcurrency: 10 });
  });
});

describe("an idempotency table is refused", () => {
  const partitionKey = { name: "id", type: dynamodb.AttributeType.STRING };
  const attempt = (make: (stack: Stack) => dynamodb.ITable) => {
    const stack = newStack();
    return refusal(() => newTopic({ idempotencyTable: make(stack) }, stack));
  };

  test("without a time to live, or with another one", () => {
    expect(attempt((stack) => new dynamodb.Table(stack, "T", { partitionKey }))).toContain(
      'idempotencyTable has no time to live, but the store writes expiresAt: records would never be deleted (set timeToLiveAttribute: "expiresAt", or use new IdempotencyTable(',
    );
    expect(attempt((stack) => new dynamodb.Table(stack, "T", { partitionKey, timeToLiveAttribute: "ttl" }))).toContain(
      "has the time to live ttl",
    );
  });

  test("with another key, also as a TableV2", () => {
    const timeToLiveAttribute = "expiresAt";
    const number = { name: "id", type: dynamodb.AttributeType.NUMBER };
    expect(
      attempt((stack) => new dynamodb.TableV2(stack, "T", { partitionKey: number, timeToLiveAttribute })),
    ).toContain("has the partition key id (N), but the store needs the partition key id (S)");
    const sortKey = { name: "sk", type: dynamodb.AttributeType.STRING };
    expect(
      attempt((stack) => new dynamodb.TableV2(stack, "T", { partitionKey, sortKey, timeToLiveAttribute })),
    ).toContain("and the sort key sk (S)");
    expect(attempt((stack) => new dynamodb.TableV2(stack, "T", { partitionKey }))).toContain("no time to live");
  });

  test("whose time to live is removed later", () => {
    const stack = newStack();
    const table = new dynamodb.Table(stack, "T", { partitionKey, timeToLiveAttribute: "expiresAt" });
    newTopic({ idempotencyTable: table }, stack);
    (table.node.defaultChild as dynamodb.CfnTable).timeToLiveSpecification = undefined;
    expect(refusal(() => templateOf(stack))).toContain("idempotencyTable has no time to live");
  });

  test("whose time to live an override removes, but not one to which an override gives it", () => {
    const stack = newStack();
    const tableOf = (id: string, props: Partial<dynamodb.TableProps>) =>
      new dynamodb.Table(stack, id, { partitionKey, ...props });
    const l1 = ({ node }: dynamodb.Table) => node.defaultChild as dynamodb.CfnTable;
    const given = tableOf("Given", {});
    const specification = { AttributeName: "expiresAt", Enabled: true };
    l1(given).addPropertyOverride("TimeToLiveSpecification", specification);
    expect(() => newTopic({ idempotencyTable: given }, stack)).not.toThrow();
    const removed = tableOf("Removed", { timeToLiveAttribute: "expiresAt" });
    new FanoutTopic(stack, "Other", { contract: orders, idempotencyTable: removed, ...plain });
    l1(removed).addPropertyDeletionOverride("TimeToLiveSpecification");
    expect(refusal(() => templateOf(stack))).toContain("Shop/Other: idempotencyTable has no time to live");
  });

  test("but not with both, of either kind", () => {
    const props = { partitionKey, timeToLiveAttribute: "expiresAt" };
    const stack = newStack();
    const tables = [new dynamodb.Table(stack, "One", props), new dynamodb.TableV2(stack, "Two", props)];
    for (const [index, idempotencyTable] of tables.entries()) {
      const topic = new FanoutTopic(stack, `Orders${index}`, { contract: orders, idempotencyTable, ...plain });
      expect(topic.fanOut("Billing", { handler: BILLING }).handler).toBeDefined();
    }
  });
});

describe("one payload bucket", () => {
  type Rules = { Rules: Record<string, unknown>[] };
  const rulesOf = (stack: Stack) =>
    (properties(templateOf(stack), "AWS::S3::Bucket", "Shared").LifecycleConfiguration as Rules).Rules.map(
      ({ Id, Prefix, ExpirationInDays }) => [Id, Prefix, ExpirationInDays],
    );

  test("of a topic and a work queue of one contract has one rule, with the longest time", () => {
    const stack = newStack();
    const largePayloads = { bucket: new s3.Bucket(stack, "Shared") };
    new WorkQueue(stack, "Work", { contract: orders, largePayloads, ...plain });
    newTopic({ largePayloads }, stack).fanOut("Billing");
    expect(rulesOf(stack)).toEqual([["fanfare-orders", "orders/", 73]]);
  });

  test("of two topics in two stacks has one rule, with the longest time", () => {
    const app = newApp();
    const storage = new Stack(app, "Storage");
    const largePayloads = { bucket: new s3.Bucket(storage, "Shared") };
    for (const [name, days] of [
      ["Eu", 4],
      ["Us", 14],
    ] as const) {
      const topic = new FanoutTopic(new Stack(app, name), "Orders", { contract: orders, largePayloads, ...plain });
      topic.fanOut("Billing", { retention: Duration.days(days) });
    }
    expect(rulesOf(storage)).toEqual([["fanfare-orders", "orders/", 93]]);
  });

  test("of two prefixes has a rule for each", () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, "Shared");
    newTopic({ largePayloads: { bucket, prefix: "eu" } }, stack);
    new FanoutTopic(stack, "Us", { contract: orders, largePayloads: { bucket, prefix: "us" }, ...plain });
    new WorkQueue(stack, "Images", { contract: images, largePayloads: { bucket }, ...plain });
    expect(rulesOf(stack)).toEqual([
      ["fanfare-eu", "eu/", 73],
      ["fanfare-us", "us/", 73],
      ["fanfare-image-work", "image-work/", 36],
    ]);
  });

  test("whose rules have one id, or a date after which they delete at once, is refused", () => {
    const sharedWith = (rule: s3.LifecycleRule) => {
      const stack = newStack();
      const bucket = new s3.Bucket(stack, "Shared");
      newTopic({ largePayloads: { bucket } }, stack);
      bucket.addLifecycleRule(rule);
      return refusal(() => templateOf(stack));
    };
    expect(sharedWith({ id: "fanfare-orders", prefix: "other/", expiration: Duration.days(1) })).toContain(
      "two lifecycle rules with the id fanfare-orders, which S3 refuses",
    );
    expect(sharedWith({ expirationDate: new Date("2027-01-01") })).toContain("payloads expire after 0 days");
  });

  test("whose rule for a parent folder is shorter is refused, with the name of that rule", () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, "Shared");
    new WorkQueue(stack, "Work", { contract: orders, largePayloads: { bucket }, ...plain });
    newTopic({ largePayloads: { bucket, prefix: "orders/eu" } }, stack).fanOut("Billing");
    expect(refusal(() => templateOf(stack))).toContain(
      'payloads expire after 36 days, but a message can be redelivered for 73 days and would then have no payload; they expire by the lifecycle rule fanfare-orders (prefix "orders/") of the bucket',
    );
  });
});
