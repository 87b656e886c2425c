import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { serveConsole } from "../../../lib/cli/console/console.ts";
import { ContractHost } from "../../../lib/cli/console/contract-host.ts";
import { type CreatedBackend, createBackend } from "../../../lib/console/index.ts";
import { Shop } from "../ops/shop.ts";

/** A contract in a module of its own, as `fanfare console --contract` takes it, with an older version and a field that may not be seen. */
const CONTRACT = `
import { defineContract, event } from "fanfare";
const issue = (message, ...path) => ({ message, path });
const schema = { "~standard": { version: 1, vendor: "test", validate(value) {
  const { orderId, total, card, lines = [] } = value;
  const issues = [
    ...(typeof orderId === "string" && orderId !== "" ? [] : [issue("no order", "orderId")]),
    ...(typeof total === "number" ? [] : [issue("no number", "total")]),
    ...(card === undefined || card.startsWith("4") ? [] : [issue("the card " + card + " is none", "card")]),
    ...lines.flatMap(({ sku }, index) => (typeof sku === "string" ? [] : [issue("no sku", "lines", index, "sku")])),
  ];
  return issues.length > 0 ? { issues } : { value };
} } };
export const shop = defineContract("shop", {
  OrderPlaced: event({ version: 2, schema, upcast: { 1: ({ amount, ...rest }) => ({ ...rest, total: amount }) } }),
});
`;

let shop: Shop;
let backend: CreatedBackend;
let host: ContractHost;
let notes: Readonly<Record<string, unknown>>[] = [];
let queue = "";
let name = "";
// Within the repository, so that the module finds the package.
const directory = mkdtempSync(join(import.meta.dirname, ".corrections-"));
const journals = mkdtempSync(join(tmpdir(), "fanfare-corrections-"));

beforeAll(async () => {
  shop = await Shop.start({ polled: false });
  writeFileSync(join(directory, "contract.mjs"), CONTRACT);
  host = new ContractHost(directory, "contract.mjs");
  backend = createBackend({
    cloud: shop.cloud,
    title: "test",
    place: "here",
    local: true,
    contracts: host,
    manifests: shop.manifests,
    journals,
    note: (what) => notes.push(what),
  });
  const [first] = await backend.deadLetterQueues();
  queue = first?.id ?? "";
  name = first?.name ?? "";
});

afterAll(async () => {
  host.close();
  await shop[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
  rmSync(journals, { recursive: true, force: true });
});

beforeEach(() => {
  notes = [];
});

interface Sent {
  readonly body?: string;
  readonly type?: string;
  readonly version?: number;
}

/** Puts an event with this data into the dead-letter queue. @returns the id of the message */
async function dead(data: unknown, { body, type = "shop.OrderPlaced", version = 2 }: Sent = {}): Promise<string> {
  const envelope = { specversion: "1.0", id: "event-1", source: "test", type, dataversion: version, data };
  const { MessageId = "" } = await shop.sqs.send(
    new SendMessageCommand({ QueueUrl: shop.url("Dead"), MessageBody: body ?? JSON.stringify(envelope) }),
  );
  await failures().groups(queue);
  return MessageId;
}

function failures() {
  const { failures: found } = backend;
  if (found === undefined) {
    throw new Error("the backend has no failures");
  }
  return found;
}

const check = (id: string, data: unknown) => failures().checkCorrection({ queue, id, data });

describe("what differs from the contract", () => {
  test("is counted while the body is hidden, and told with places when it is seen", async () => {
    const id = await dead({ orderId: "", total: "5", lines: [{ sku: "a" }, {}] });
    const hidden = await failures().letter(queue, id, false);
    expect(hidden).toMatchObject({ differences: 3, issues: [], body: null });
    const { issues } = await failures().letter(queue, id, true);
    expect(issues.map(({ path }) => path)).toEqual(["orderId", "total", "lines[1].sku"]);
  });

  test("says nothing of what is in a sensitive field", async () => {
    const id = await dead({ orderId: "o", total: 1, card: "secret-5" });
    const shown = await failures().letter(queue, id, true);
    expect(shown.issues).toEqual([{ path: "card", message: "differs from the schema" }]);
    expect(JSON.stringify(shown)).not.toContain("secret-5");
    expect(JSON.stringify(await check(id, { orderId: "o", total: 1, card: "***" }))).not.toContain("secret-5");
  });

  test.each([
    ["of an older version, which a consumer converts", { orderId: "o", amount: 3 }, { version: 1 }],
    ["that a writer sent as text", JSON.stringify({ orderId: "o", total: 3 }), {}],
  ])("is nothing in data %s", async (_, data, sent) => {
    expect((await failures().letter(queue, await dead(data, sent), true)).differences).toBe(0);
  });

  test("is told of a version that the contract does not have", async () => {
    const { issues } = await failures().letter(queue, await dead({ orderId: "o", total: 1 }, { version: 7 }), true);
    expect(issues).toEqual([{ path: "", message: expect.stringContaining("version 7") }]);
  });

  test("is found under the wrapping of SNS", async () => {
    const envelope = { specversion: "1.0", id: "e", source: "s", type: "shop.OrderPlaced", dataversion: 2, data: {} };
    const body = JSON.stringify({
      Type: "Notification",
      MessageId: "m",
      TopicArn: "t",
      Message: JSON.stringify(envelope),
    });
    expect((await failures().letter(queue, await dead(undefined, { body }), true)).differences).toBe(2);
  });

  test.each([
    ["an event that no contract has", { type: "shop.Unknown" }],
    ["a body that is no event", { body: "no event" }],
  ])("is not known of %s", async (_, sent) => {
    expect((await failures().letter(queue, await dead({}, sent), true)).differences).toBeUndefined();
  });
});

describe("a correction", () => {
  test("is checked by path, and sent with the masked value of the original", async () => {
    const id = await dead({ orderId: "c-1", total: "5", card: "4111" });
    expect(await check(id, { orderId: "c-1", total: "x", card: "***" })).toEqual({
      issues: [{ path: "total", message: "no number" }],
    });
    const data = { orderId: "c-1", total: 5, card: "***" };
    expect(await check(id, data)).toEqual({ issues: [] });
    expect(notes).toEqual([]);
    const { id: copy, to, archive } = await failures().resend({ queue, id, data, confirm: name });
    expect(to).toBe("shop-billing");
    const { Messages: [message] = [] } = await shop.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: shop.url("Work"), WaitTimeSeconds: 5 }),
    );
    expect(JSON.parse(message?.Body ?? "{}")).toMatchObject({
      id: copy,
      causationid: "event-1",
      data: { orderId: "c-1", total: 5, card: "4111" },
    });
    expect(readFileSync(archive, "utf8")).toContain(id);
    expect(notes).toMatchObject([{ what: "edit", where: "test", console: true, messageId: id, copy, archive }]);
    await expect(failures().resend({ queue, id, data, confirm: name })).rejects.toThrow(/not in the queue any more/);
  });

  test.each<[string, unknown, Sent, string | undefined, RegExp]>([
    ["another name", { orderId: "r", total: 1 }, {}, "shop-billing", /not that of the queue/],
    ["no name", { orderId: "r", total: 1 }, {}, "", /not that of the queue/],
    ["data that the contract refuses", { orderId: "r" }, {}, undefined, /total: no number/],
    [
      "a nested field that is missing",
      { orderId: "r", total: 1, lines: [{}] },
      {},
      undefined,
      /lines\[0\]\.sku: no sku/,
    ],
    ["too much data", { orderId: "x".repeat(1_100_000), total: 1 }, {}, undefined, /more than 1048576/],
    [
      "an event that no contract has",
      { orderId: "r" },
      { type: "shop.Unknown" },
      undefined,
      /no contract .* shop\.Unknown/,
    ],
    ["a body that is no event", {}, { body: "no event" }, undefined, /not an event that can be edited/],
  ])("is refused with %s, and nothing is written", async (_, data, sent, confirm, message) => {
    const id = await dead({ orderId: "", total: 0 }, sent);
    await expect(failures().resend({ queue, id, data, confirm: confirm ?? name })).rejects.toThrow(message);
    expect(notes).toEqual([]);
    await expect(failures().letter(queue, id, false)).resolves.toMatchObject({ letter: { id } });
  });

  test("can be sent unchecked where no contract is known", async () => {
    const bare = createBackend({
      cloud: shop.cloud,
      title: "bare",
      place: "",
      local: true,
      manifests: shop.manifests,
      journals,
    });
    const id = await dead({ orderId: "" });
    expect(await bare.failures?.checkCorrection({ queue, id, data: { anything: 1 } })).toEqual({ issues: undefined });
    const sent = await bare.failures?.resend({ queue, id, data: { anything: 1 }, confirm: name });
    expect(existsSync(sent?.archive ?? "")).toBe(true);
  });
});

test("a module without a contract is named when it is asked", async () => {
  writeFileSync(join(directory, "nothing.mjs"), "export const nothing = 1;");
  const nothing = new ContractHost(directory, "nothing.mjs");
  await expect(nothing.contracts()).rejects.toThrow(/exports no contract/);
  nothing.close();
  const surroundings = { directory, terminal: { out: () => {}, err: () => {} }, signal: AbortSignal.abort() };
  const options = { write: false, contract: "nothing.mjs", endpointUrl: shop.runtime.endpoint };
  await expect(serveConsole(options, surroundings)).rejects.toMatchObject({ exitCode: 2 });
});
