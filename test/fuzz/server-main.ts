import { createHash } from "node:crypto";
import { startServer } from "../../lib/local/server/index.ts";

/**
 * A server on the data folder of the first argument. It tells its endpoint, and the digest of its state whenever it is asked. `close`
 * ends it as Ctrl-C ends `fanfare dev`.
 */
const server = await startServer({ dataDirectory: process.argv[2] ?? "" });
process.on("message", (question) => {
  if (question === "close") {
    void server.close().then(() => process.exit());
    return;
  }
  const { sqs, sns, s3, dynamodb } = server.engine;
  const parts = Object.entries({ sqs, sns, s3, dynamodb }).map(([name, engine]) => [name, digest(engine.snapshot())]);
  process.send?.({ digests: Object.fromEntries(parts) });
});
process.send?.({ endpoint: server.endpoint });

function digest(snapshot: unknown): string {
  return createHash("sha256").update(JSON.stringify(snapshot)).digest("hex");
}
