/** The local SNS and SQS in a process of its own: says where it listens, then answers `memory` with its memory after a collection. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { startServer } from "../../lib/local/server/index.ts";

const server = await startServer();
process.on("message", async () => {
  // Twice: what the first collection finalises, the second one frees.
  globalThis.gc?.();
  await nextTurn();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ kind: "memory", heapUsed, rss });
});
process.once("disconnect", () => {
  void server.close().then(() => process.exit(0));
});
process.send?.({ kind: "ready", endpoint: server.endpoint });
