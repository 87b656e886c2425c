/**
 * A process of its own with everything remote: a DynamoDB emulator behind a proxy that adds latency, and stubs of SQS, SNS and
 * S3 that answer after the same latency. Its CPU time is not that of the code that is measured.
 *
 * Talks over IPC: says where it listens, then answers `count` with the calls since the last such question.
 */
import { startDynamoDb } from "../../lib/local/dynamodb/index.ts";
import { CallCounter } from "./call-counter.ts";
import { startProxy } from "./delay-proxy.ts";
import { startStubs } from "./stubs.ts";

const latencyMs = Number(process.argv[2] ?? 5);
const counter = new CallCounter();
const emulator = await startDynamoDb();
const proxy = await startProxy(emulator.endpoint, latencyMs, counter);
const stubs = await startStubs(latencyMs, counter);

process.on("message", () => process.send?.({ kind: "calls", calls: counter.take() }));
process.once("disconnect", () => {
  proxy.close();
  stubs.close();
  void emulator.stop().then(() => process.exit(0));
});
process.send?.({
  kind: "ready",
  dynamoDb: proxy.url,
  dynamoDbDirect: emulator.endpoint,
  emulator: emulator.kind,
  stubs: stubs.url,
});
