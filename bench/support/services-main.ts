/**
 * A process of its own with everything remote: a table as DynamoDB keeps it, and stubs of SQS, SNS and S3, each answering after a
 * latency. Its CPU time is not that of the code that is measured.
 *
 * Talks over IPC: says where it listens, then answers `count` with the calls since the last such question.
 */
import { CallCounter } from "./call-counter.ts";
import { startTable } from "./dynamodb.ts";
import { startStubs } from "./stubs.ts";

const [table = "bench", latencyMs = "5"] = process.argv.slice(2);
const counter = new CallCounter();
const dynamoDb = await startTable(table, Number(latencyMs), counter);
const stubs = await startStubs(Number(latencyMs), counter);

process.on("message", () => {
  // Between samples, so that no response waits for it: DynamoDB does not pause for its garbage.
  globalThis.gc?.({ type: "minor" });
  process.send?.({ kind: "calls", calls: counter.take() });
});
process.once("disconnect", () => {
  dynamoDb.close();
  stubs.close();
});
process.send?.({ kind: "ready", dynamoDb: dynamoDb.url, stubs: stubs.url });
