import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EditOptions, editLetter } from "../../../lib/cli/ops/dlq-edit.ts";
import { exportTo } from "../../../lib/cli/ops/dlq-export.ts";
import { writeAssembly } from "../local/runtime/assembly.ts";
import { CARD, orderBody, type Shop, shopStack, until } from "./shop.ts";
import { VerbShop } from "./verb-shop.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const CONTRACT = resolve(import.meta.dirname, "handlers/orders.ts");

let verbs: VerbShop;
let shop: Shop;
let directory: string;

const here: VerbShop["here"] = (more) => verbs.here(more);
const json = () => verbs.json();
const dead = () => verbs.letters();

/** A letter whose total is text, which the schema refuses. */
async function broken(orderId: string): Promise<Record<string, unknown>> {
  await shop.send("Dead", [orderId]);
  return JSON.parse(orderBody(orderId, 0));
}

const confirmed = { yes: true, expectCount: 1, json: true };

function edit(id: string, body: unknown, options: EditOptions = confirmed): Promise<void> {
  writeFileSync(join(directory, "body.json"), typeof body === "string" ? body : JSON.stringify(body));
  return editLetter("Billing", id, { bodyFile: "body.json", ...options }, here());
}

beforeAll(async () => {
  verbs = await VerbShop.start();
  ({ shop, directory } = verbs);
});

afterAll(async () => {
  await verbs[Symbol.asyncDispose]();
});

beforeEach(() => verbs.clear());

describe("an edited letter", () => {
  test("is sent as a new event that names the original, which is archived and deleted", async () => {
    const original = await broken("e-1");
    const before = await dead();
    await edit("event-e-1", { ...original, data: { orderId: "e-1-corrected", total: 5, card: "***" } });
    const { id, causationId, archive } = json();
    expect(causationId).toBe("event-e-1");
    expect(id).not.toBe("event-e-1");
    await until(() => shop.effects.includes("e-1-corrected"), "the corrected order is charged");
    expect(shop.effects).not.toContain("e-1");
    expect(await dead()).toBe(before - 1);
    expect(readFileSync(archive, "utf8")).toContain("event-e-1");
    expect(readFileSync(archive, "utf8")).toContain(CARD);
    const journal = readFileSync(join(directory, "home/journal.ndjson"), "utf8");
    expect(JSON.parse(journal.trim().split("\n").at(-1) ?? "")).toMatchObject({
      what: "edit",
      event: "event-e-1",
      copy: id,
    });
  });

  test.each<[string, (envelope: Record<string, unknown>) => unknown, RegExp]>([
    ["data that the contract refuses", (e) => ({ ...e, data: { orderId: "", total: 1 } }), /does not match its schema/],
    ["data without a field", (e) => ({ ...e, data: { orderId: "x" } }), /does not match its schema.*total/],
    ["another type", (e) => ({ ...e, type: "shop.Other" }), /type is shop.Other/],
    ["another source", (e) => ({ ...e, source: "urn:other" }), /source is urn:other/],
    ["no envelope", () => ({ orderId: "x", total: 1 }), /specversion/],
    ["no JSON", () => "{", /no JSON object/],
    ["a newer version", (e) => ({ ...e, dataversion: 9 }), /version 9/],
    ["too much", (e) => ({ ...e, data: { orderId: "x".repeat(1_100_000), total: 1 } }), /more than 1048576/],
  ])("is refused with %s, and the original stays", async (title, change, message) => {
    const orderId = `r-${title.replaceAll(" ", "")}`;
    const original = await broken(orderId);
    const before = await dead();
    await expect(edit(`event-${orderId}`, change(original))).rejects.toThrow(message);
    expect(await dead()).toBe(before);
  });

  test("is refused without confirmation, without an editor, and for an id that is not there", async () => {
    const original = await broken("c-1");
    await expect(edit("event-c-1", original, {})).rejects.toThrow(/--yes --expect-count 1/);
    await expect(editLetter("Billing", "event-c-1", confirmed, here())).rejects.toThrow(/set EDITOR/);
    await expect(edit("event-none", original)).rejects.toThrow(/no dead letter event-none/);
    const unchanged = here({ edit: async (text) => text });
    await expect(editLetter("Billing", "event-c-1", confirmed, unchanged)).rejects.toThrow(/nothing was edited/);
  });

  test("is masked in the editor, and keeps what was masked", async () => {
    await broken("m-1");
    let shown = "";
    const editor = here({
      edit: async (text) => {
        shown = text;
        return text.replace('"orderId": "m-1"', '"orderId": "m-1-corrected"');
      },
    });
    await editLetter("Billing", "event-m-1", { dryRun: true }, editor);
    expect(shown).toContain('"card": "***"');
    expect(shown).not.toContain(CARD);
    await using polled = await VerbShop.start({ polled: false });
    await polled.shop.send("Dead", ["m-1"]);
    await editLetter("Billing", "event-m-1", { ...confirmed, contract: CONTRACT }, polled.here({ edit: editor.edit }));
    const { Messages: [message] = [] } = await polled.shop.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: polled.shop.url("Work"), MessageAttributeNames: ["All"] }),
    );
    expect(JSON.parse(message?.Body ?? "{}")).toMatchObject({
      id: polled.json().id,
      causationid: "event-m-1",
      correlationid: "event-m-1",
      data: { orderId: "m-1-corrected", card: CARD },
    });
    expect(message?.MessageAttributes?.type?.StringValue).toBe("shop.OrderPlaced");
    expect(message?.MessageAttributes?.fanfareFailure).toBeUndefined();
  });
});

test("EDITOR is a command that changes the file", async () => {
  await broken("v-1");
  const script = join(directory, "editor.cjs");
  writeFileSync(
    script,
    "const fs=require('node:fs');const f=process.argv[2];fs.writeFileSync(f,fs.readFileSync(f,'utf8').replace('\"v-1\"','\"v-1-corrected\"'));",
  );
  const { editWith } = await import("../../../lib/cli/ops/editor.ts");
  const editor = `"${process.execPath}" "${script}"`;
  await editLetter("Billing", "event-v-1", confirmed, here({ edit: (text) => editWith(editor, text) }));
  await until(() => shop.effects.includes("v-1-corrected"), "the corrected order is charged");
  await expect(editWith(`"${process.execPath}" -e "process.exit(3)"`, "")).rejects.toThrow(/ended with code 3/);
});

test("an exported test fails while the handler fails, and passes when it is fixed", { timeout: 120_000 }, async () => {
  shop.break("declined");
  await shop.send("Work", ["t-1"]);
  await until(async () => (await verbs.letters({ id: ["event-t-1"] })) > 0, "it is dead-lettered");
  shop.break(undefined);
  // Within the repository, so that the file finds the package.
  const folder = mkdtempSync(join(ROOT, "test/integration/ops/.as-test-"));
  try {
    const state = join(folder, "state");
    mkdirSync(state);
    writeAssembly({ Shop: await shopStack(state) }, join(folder, "cdk.out"));
    const file = join(folder, "letter.test.ts");
    await exportTo("Billing", { asTest: true, id: ["event-t-1"], to: file, app: join(folder, "cdk.out") }, here());
    const text = readFileSync(file, "utf8");
    expect(text).toContain("// Permanent: cannot charge order t-1");
    expect(text).not.toContain(CARD);
    expect(readdirSync(folder)).toContain("letter.test.ts");
    const fixed = await vitest(folder);
    expect(fixed.code, fixed.text).toBe(0);
    writeFileSync(join(state, "broken"), "declined");
    const failing = await vitest(folder);
    expect(failing.code, failing.text).toBe(1);
    expect(failing.text).toContain("expected processed, but it was deadLettered");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Runs the exported file as its owner would. */
async function vitest(folder: string): Promise<{ readonly code: number | null; readonly text: string }> {
  const config = join(folder, "vitest.config.mjs");
  const conditions = '["@fanfare/source"]';
  writeFileSync(
    config,
    `export default { root: ${JSON.stringify(folder)}, resolve: { conditions: ${conditions} }, ssr: { resolve: { conditions: ${conditions}, externalConditions: ${conditions} } }, test: { include: ["letter.test.ts"], maxWorkers: 1 } };`,
  );
  const child = spawn(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--config", config], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", VITEST: "" },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += chunk;
    });
  }
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, text };
}
