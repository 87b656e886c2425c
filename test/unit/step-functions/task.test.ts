import { expect, test } from "vitest";
import { isFanfareError } from "../../../lib/errors/index.ts";
import { type TaskClient, taskOf } from "../../../lib/step-functions/index.ts";

/** A client that records its calls, and fails with an error of that name. */
function fakeClient(refusal?: string): TaskClient & { readonly calls: object[] } {
  const calls: object[] = [];
  const answer = (operation: string) => async (input: object, options: { readonly abortSignal: AbortSignal }) => {
    options.abortSignal.throwIfAborted();
    calls.push({ operation, ...input });
    if (refusal !== undefined) {
      throw Object.assign(new Error("as AWS says it"), { name: refusal, $fault: "client" });
    }
  };
  return {
    calls,
    sendTaskSuccess: answer("success"),
    sendTaskFailure: answer("failure"),
    sendTaskHeartbeat: answer("heartbeat"),
  };
}

const envelope = { specversion: "1.0", id: "1", source: "machine", type: "orders.ChargeCard", tasktoken: "token-1" };
const message = (body: unknown) => ({ record: { body: typeof body === "string" ? body : JSON.stringify(body) } });

test.each([
  ["an envelope", envelope],
  ["an envelope that SNS wrapped", { Type: "Notification", TopicArn: "t", Message: JSON.stringify(envelope) }],
])("the token is found in %s", (_, body) => {
  expect(taskOf(message(body))?.token).toBe("token-1");
});

test.each([
  ["an event of another publisher", { ...envelope, tasktoken: undefined }],
  ["an empty token", { ...envelope, tasktoken: "" }],
  ["a token that is no string", { ...envelope, tasktoken: 7 }],
  ["a list", [envelope]],
  ["text", "not JSON"],
])("%s is no task", (_, body) => {
  expect(taskOf(message(body))).toBeUndefined();
});

test("a token of the payload's own is used, where it is given", async () => {
  const client = fakeClient();
  await taskOf(message({ TaskToken: "t-2" }), { token: "t-2", client })?.heartbeat();
  expect(client.calls).toEqual([{ operation: "heartbeat", taskToken: "t-2" }]);
});

test("output, error and heartbeat are sent with the token; the output is JSON", async () => {
  const client = fakeClient();
  const task = taskOf(message(envelope), { client });
  expect(await task?.succeed({ charged: true, note: undefined })).toBe(true);
  expect(await task?.succeed()).toBe(true);
  expect(await task?.fail(Object.assign(new Error("no money"), { name: "CardRefused" }))).toBe(true);
  expect(await task?.fail("just text")).toBe(true);
  expect(client.calls).toMatchObject([
    { operation: "success", taskToken: "token-1", output: '{"charged":true}' },
    { operation: "success", output: "null" },
    { operation: "failure", error: "CardRefused", cause: "no money" },
    { operation: "failure", error: "NonError", cause: expect.stringContaining("just text") },
  ]);
});

test("what is too long for an error is cut", async () => {
  const client = fakeClient();
  const long = Object.assign(new Error("m".repeat(40_000)), { name: "N".repeat(300) });
  await taskOf(message(envelope), { client })?.fail(long);
  expect(client.calls).toEqual([
    { operation: "failure", taskToken: "token-1", error: "N".repeat(256), cause: "m".repeat(32_768) },
  ]);
});

test.each(["TaskTimedOut", "TaskDoesNotExist"])("a task that is over (%s) is told by false", async (refusal) => {
  const task = taskOf(message(envelope), { client: fakeClient(refusal) });
  expect([await task?.succeed(1), await task?.fail(new Error()), await task?.heartbeat()]).toEqual([
    false,
    false,
    false,
  ]);
});

test("a token that is not accepted is dead-lettered; other refusals are thrown as they are", async () => {
  const invalid = taskOf(message(envelope), { client: fakeClient("InvalidToken") })?.succeed(1);
  await expect(invalid).rejects.toSatisfy((error) => isFanfareError(error, "Permanent"));
  const denied = taskOf(message(envelope), { client: fakeClient("AccessDeniedException") })?.succeed(1);
  await expect(denied).rejects.toMatchObject({ name: "AccessDeniedException" });
});

const circular: { self?: unknown } = {};
circular.self = circular;

test.each([
  ["a function", () => {}, "is a function"],
  ["a circle", circular, "cannot be written as JSON"],
  ["a BigInt", { id: 1n }, "cannot be written as JSON"],
  // 131,072 characters of two bytes each, and the quotes.
  ["two bytes too many", "ü".repeat(131_072), "has 262146 bytes"],
])("%s is no output: nothing is sent, and another try would not help", async (_, output, words) => {
  const client = fakeClient();
  const sent = taskOf(message(envelope), { client })?.succeed(output);
  await expect(sent).rejects.toThrow(words);
  await expect(sent).rejects.toSatisfy((error) => isFanfareError(error, "Permanent") && error.field === "output");
  expect(client.calls).toEqual([]);
});

test("the longest output is sent", async () => {
  const client = fakeClient();
  expect(await taskOf(message(envelope), { client })?.succeed("x".repeat(262_142))).toBe(true);
});

test("a handler whose time is up makes no call", async () => {
  const client = fakeClient();
  const task = taskOf({ ...message(envelope), signal: AbortSignal.abort(new Error("deadline")) }, { client });
  await expect(task?.succeed(1)).rejects.toThrow("deadline");
  expect(client.calls).toEqual([]);
});
