/** `npm run test:templates` reviews a stack with every option: the compiler refuses this list if one is missing. */
import { describe, expect, test } from "vitest";
import type {
  AdoptedQueueProps,
  AlarmOptions,
  AlarmThresholds,
  FanOutOptions,
  FanoutTopicProps,
  HandlerOptions,
  IdempotencyTableProps,
  LargePayloadOptions,
  PushOptions,
  ShareOptions,
  ToEventBusOptions,
  WorkQueueProps,
} from "../../../infra/constructs/index.ts";
import type { orders } from "../fixtures/contract.ts";
import { OPTIONS } from "../review/stacks.ts";

type Orders = typeof orders;
type KeysOf<Union> = Union extends unknown ? keyof Union : never;
type Option =
  | keyof FanoutTopicProps<Orders>
  | keyof FanOutOptions<Orders>
  | keyof WorkQueueProps<Orders>
  | KeysOf<PushOptions<Orders>>
  | keyof HandlerOptions
  | keyof LargePayloadOptions
  | keyof ShareOptions
  | keyof ToEventBusOptions<Orders>
  | keyof AdoptedQueueProps
  | keyof IdempotencyTableProps
  | Exclude<keyof AlarmOptions, keyof AlarmThresholds>;

/** The stack that has an option. */
const STACK_OF: Readonly<Record<Option, string>> = {
  accessLogs: "Stores",
  accounts: "Shared",
  actionTopic: "Metrics",
  actions: "Views",
  alarmName: "Views",
  alarms: "AllAlarms",
  alias: "Alias",
  architecture: "HandlerOptions",
  autoDeleteObjects: "Stores",
  batchSize: "Batches",
  bucket: "Imported",
  bundling: "HandlerOptions",
  composite: "Metrics",
  consumer: "HandlerOptions",
  contract: "Standard",
  dashboard: "Views",
  deadLetter: "QueueOptions",
  deadLetterQueue: "Imported",
  deadLetterRetention: "AdoptedWithHandler",
  deletionProtection: "HandlerOptions",
  deliveryDelay: "QueueOptions",
  email: "PushTargets",
  enabled: "HandlerOptions",
  encryptionKey: "OwnTable",
  entry: "Standard",
  environment: "Metrics",
  eventBus: "EventBridge",
  eventSourceProps: "HandlerOptions",
  events: "Standard",
  expiration: "SharedQueues",
  export: "HandlerOptions",
  fifo: "Fifo",
  fifoThroughputScope: "QueueOptions",
  filter: "QueueOptions",
  firehose: "Push",
  functionProps: "HandlerOptions",
  guarantee: "Batches",
  handler: "Standard",
  https: "PushTargets",
  idempotencyTable: "OwnTable",
  json: "PushTargets",
  keyPolicyAllowsSns: "Imported",
  lambda: "Push",
  largePayloads: "LargePayloads",
  logGroup: "HandlerOptions",
  logRetention: "HandlerOptions",
  maxAttempts: "HandlerOptions",
  maxBatchingWindow: "Batches",
  maxConcurrency: "Batches",
  maxReceiveCount: "QueueOptions",
  maximumMessageSize: "LargePayloads",
  memorySize: "HandlerOptions",
  messageRetentionPeriodInDays: "Archive",
  metrics: "Metrics",
  namePrefix: "DataFilter",
  okActions: "Views",
  organization: "Shared",
  pointInTimeRecovery: "HandlerOptions",
  prefix: "Imported",
  preset: "AllAlarms",
  provisionedPollers: "Alias",
  queue: "OwnQueue",
  queueName: "QueueOptions",
  queuePolicyAllowsTopic: "Imported",
  queueProps: "QueueOptions",
  queueRemovalPolicy: "QueueOptions",
  raw: "PushTargets",
  removalPolicy: "Stores",
  replay: "Archive",
  reservedConcurrentExecutions: "Batches",
  retention: "QueueOptions",
  runbookUrl: "Views",
  runtime: "HandlerOptions",
  savedQueries: "OwnQueue",
  scope: "Views",
  settings: "Views",
  shared: "Imported",
  sms: "PushTargets",
  subscriptionDeadLetter: "SharedQueues",
  tableClass: "Stores",
  threshold: "Imported",
  ticketTopic: "Metrics",
  timeout: "HandlerOptions",
  topic: "Imported",
  topicProps: "QueueOptions",
  tracing: "Tracing",
  visibilityTimeout: "QueueOptions",
  where: "Standard",
  whereData: "PushTargets",
};

/** The option is not written there: `fromTopicArn` sets it, and HANDLER has it. */
const OTHERWISE: Readonly<Record<string, string>> = { topic: "fromTopicArn", entry: "HANDLER" };

describe("the stack of an option has it:", () => {
  test.each(Object.entries(STACK_OF))("%s in %s", (option, stack) => {
    const source = OPTIONS[stack]?.toString() ?? "";
    expect(source).toMatch(new RegExp(`\\b${OTHERWISE[option] ?? option}\\b`));
  });
});

test("every stack is that of an option, or of a method", () => {
  const methods = ["Publishers", "Tasks", "WorkQueue", "AdoptedQueue"];
  expect(Object.keys(OPTIONS).filter((name) => ![...Object.values(STACK_OF), ...methods].includes(name))).toEqual([]);
});
