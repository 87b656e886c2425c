/** Synthesises an app of one topic with a number of subscribers, and writes how long that took, without loading the CDK. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { App, Stack } from "aws-cdk-lib";
import { FanoutTopic } from "fanfare/infra";
import { z } from "zod";
import { contract } from "./contract.ts";

const [outdir = "cdk.out", subscribers = "1", kind = "handlers"] = process.argv.slice(2);
const { context } = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")));
const entry = fileURLToPath(new URL("../handlers/fanfare.ts", import.meta.url));

const before = performance.now();
const app = new App({ outdir, context: { ...context, "aws:cdk:enable-path-metadata": true } });
const stack = new Stack(app, "Bench");
const topic = new FanoutTopic(stack, "Events", { contract });
for (let index = 0; index < Number(subscribers); index++) {
  topic.fanOut(`Subscriber${index}`, {
    events: ["OrderPlaced"],
    ...(kind === "handlers" ? { handler: { entry } } : {}),
  });
}
app.synth();
process.stdout.write(`${JSON.stringify({ synthMs: performance.now() - before })}\n`);
