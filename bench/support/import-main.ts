/** One cold start: imports a bundle, runs it with one record, and writes how long both took. */
import { pathToFileURL } from "node:url";
import { lambdaContext } from "./context.ts";
import { smallOrders, sqsEvent } from "./records.ts";

const event = sqsEvent(1, smallOrders);
const context = lambdaContext();
const before = performance.now();
const { handler } = await import(pathToFileURL(process.argv[2] ?? "").href);
const importMs = performance.now() - before;
const answer = await handler(event, context);
const firstInvocationMs = performance.now() - before;
if (answer.batchItemFailures.length > 0) throw new Error("the record failed");
process.stdout.write(JSON.stringify({ importMs, firstInvocationMs }));
process.exit(0);
