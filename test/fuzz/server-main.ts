import { createHash } from "node:crypto";
import { startServer } from "../../lib/local/server/index.ts";

/** A server on the data folder of the first argument. It tells its endpoint, and the digest of its state whenever it is asked. */
const server = await startServer({ dataDirectory: process.argv[2] ?? "" });
process.on("message", () => {
  const { sqs, sns, s3 } = server.engine;
  const parts = Object.entries({ sqs, sns, s3 }).map(([name, engine]) => [name, digest(engine.snapshot())]);
  process.send?.({ digests: Object.fromEntries(parts) });
});
process.send?.({ endpoint: server.endpoint });

function digest(snapshot: unknown): string {
  return createHash("sha256").update(JSON.stringify(snapshot)).digest("hex");
}
