import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkQueue } from "../../../infra/constructs/index.ts";
import { type DeployedApp, deploy } from "../../../lib/testing/index.ts";
import { payments } from "./contract.ts";

let outdir: string;
let app: DeployedApp;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "fanfare-step-functions-"));
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), "Shop");
  new WorkQueue(stack, "Work", {
    contract: payments,
    handler: { entry: "test/integration/infra/handlers/charge.ts", timeout: Duration.seconds(5) },
    alarms: false,
    dashboard: false,
  });
  app = await deploy({ stack });
});

afterAll(async () => {
  await app?.close();
  await rm(outdir, { recursive: true, force: true });
});

/** The message as Step Functions sends it, or as another publisher does: without a token. */
const send = (id: string, tasktoken: string | undefined, cents: number) =>
  app.deliver("Work", {
    body: JSON.stringify({
      specversion: "1.0",
      id,
      source: "arn:aws:states:eu-central-1:000000000000:stateMachine:Checkout",
      type: "payments.ChargeCard",
      time: "2026-11-30T10:00:00.000Z",
      tasktoken,
      data: { orderId: id, cents },
    }),
  });

test("a handler responds to its task once, over HTTP; a message without a token has none", async () => {
  await send("o-1", "token-1", 500);
  await send("o-2", "token-2", 2_000);
  await send("o-3", undefined, 1);
  await app.whenQuiet();
  // The state was tried again by mistake under a token that has its response: the handler is told so, and does not fail.
  await send("o-1-again", "token-1", 900);
  await app.whenQuiet();
  expect(
    app
      .processed("Work")
      .map(({ eventId }) => eventId)
      .sort(),
  ).toEqual(["o-1", "o-1-again", "o-2", "o-3"]);
  const responses = [...app.runtime.tasks.responses].sort((left, right) => (left.token < right.token ? -1 : 1));
  const place = { region: "eu-central-1", accountId: "000000000000" };
  expect(responses).toEqual([
    { ...place, token: "token-1", result: "succeeded", output: { orderId: "o-1", charged: 500 } },
    { ...place, token: "token-2", result: "failed", error: "CardRefused", cause: "over the limit" },
  ]);
  expect(app.runtime.tasks.heartbeats("token-1")).toBe(1);
});

test.each([
  ["SendTaskSuccess", { taskToken: "", output: "{}" }, "InvalidToken"],
  ["SendTaskHeartbeat", { taskToken: "t".repeat(2_049) }, "InvalidToken"],
  ["SendTaskSuccess", { taskToken: "t-1", output: "{" }, "InvalidOutput"],
  ["SendTaskSuccess", { taskToken: "t-1" }, "ValidationException"],
  ["SendTaskSuccess", { taskToken: "t-1", output: `"${"x".repeat(262_144)}"` }, "ValidationException"],
  ["SendTaskFailure", { taskToken: "t-1", error: "e".repeat(257) }, "ValidationException"],
  ["GetActivityTask", {}, "UnsupportedOperation"],
])("%s refuses what Step Functions refuses (%#)", async (operation, input, code) => {
  const response = await fetch(app.runtime.endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${operation}` },
    body: JSON.stringify(input),
  });
  expect(await response.json()).toMatchObject({ __type: code });
});
