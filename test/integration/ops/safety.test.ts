import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commandsOf } from "../../../lib/cli/commands/index.ts";
import { invoke } from "../../../lib/cli/invoke/index.ts";
import { editLetter } from "../../../lib/cli/ops/dlq-edit.ts";
import { redrive } from "../../../lib/cli/ops/dlq-redrive.ts";
import { archive, purge, restore } from "../../../lib/cli/ops/dlq-write.ts";
import { setPaused } from "../../../lib/cli/ops/pause.ts";
import { ps } from "../../../lib/cli/ops/ps.ts";
import type { Surroundings, WriteOptions } from "../../../lib/cli/ops/surroundings.ts";
import { send } from "../../../lib/cli/send/index.ts";
import { CARD, orderBody } from "./shop.ts";
import { VerbShop } from "./verb-shop.ts";

/** Verbs that change nothing that anybody relies on, and why they ask nobody. A new verb is here or in {@link WRITES}. */
const ASKS_NOBODY: Readonly<Record<string, string>> = {
  ps: "reads",
  "dlq ls": "reads",
  "dlq groups": "reads, and gives back",
  "dlq show": "reads, and gives back",
  "dlq export": "reads, and gives back",
  trace: "reads",
  runbook: "reads",
  graph: "reads",
  diff: "reads",
  plan: "computes",
  doctor: "reads; removes what tails left behind, with a line in the journal",
  tail: "removes what it makes, with a line in the journal",
  dev: "this machine alone",
  console: "a page, which asks by itself: test/integration/console/writes.test.ts",
};

interface Write {
  /** What has to be there first. */
  readonly prepare?: () => Promise<void>;
  readonly run: (options: WriteOptions & { readonly dryRun?: boolean }, surroundings: Surroundings) => Promise<void>;
  /** The name that has to be typed. */
  readonly name: string;
  readonly count: number;
  /** What people are told before they confirm. */
  readonly plan: RegExp;
  /** The line in the journal. */
  readonly noted: Readonly<Record<string, unknown>>;
  readonly isDone: () => Promise<boolean>;
  /** The same without a choice of letters, where letters are chosen. */
  readonly unfiltered?: (surroundings: Surroundings) => Promise<void>;
  /** Whether the letters have to be in an archive before they are gone. */
  readonly exports?: boolean;
}

let verbs: VerbShop;
const DEAD = "shop-billing-dlq";
const CONTRACT = resolve(import.meta.dirname, "handlers/orders.ts");
const confirmed = { yes: true, expectCount: 3 };

const areLettersGone = async () => (await verbs.letters()) === 0;
const isPaused = async (paused: boolean) => {
  verbs.clear();
  await ps({ json: true }, verbs.here());
  return verbs.json().subscribers[0].warnings.includes("paused: its mapping is disabled") === paused;
};

/** A write that takes letters out of the queue, once they are in an archive. */
const removal = (what: string, verb: typeof archive | typeof purge): Write => ({
  run: (options, here) => verb("Billing", { all: true, ...options }, here),
  name: DEAD,
  count: 3,
  plan: new RegExp(`${what} 3 dead letters of shop-billing-dlq[\\s\\S]*the first expires in`),
  noted: { what, count: 3 },
  isDone: areLettersGone,
  unfiltered: (here) => verb("Billing", confirmed, here),
  exports: true,
});

const WRITES: Readonly<Record<string, Write>> = {
  "dlq redrive": {
    run: (options, here) => redrive("Billing", { all: true, ...options }, here),
    name: DEAD,
    count: 3,
    plan: /moved by SQS[\s\S]*redrive 3 dead letters of shop-billing-dlq to shop-billing[\s\S]*as fast as it goes, about \d+ s; the first expires in 1[34] d/,
    noted: { what: "redrive", count: 3, filter: { all: true } },
    isDone: areLettersGone,
    unfiltered: (here) => redrive("Billing", confirmed, here),
  },
  "dlq archive": removal("archive", archive),
  "dlq purge": removal("purge", purge),
  "dlq restore": {
    prepare: async () => {
      await archive("Billing", { all: true, to: "kept.ndjson", ...confirmed }, verbs.here());
    },
    run: (options, here) => restore("Billing", "kept.ndjson", options, here),
    name: DEAD,
    count: 3,
    plan: /restore 3 dead letters of kept\.ndjson to shop-billing-dlq/,
    noted: { what: "restore", count: 3, from: "kept.ndjson" },
    isDone: async () => (await verbs.letters()) === 3,
  },
  "dlq edit": {
    prepare: async () => {
      writeFileSync(join(verbs.directory, "body.json"), orderBody("s-1", 7));
    },
    run: (options, here) => editLetter("Billing", "event-s-1", { bodyFile: "body.json", ...options }, here),
    name: DEAD,
    count: 1,
    plan: /send the corrected shop\.OrderPlaced to shop-billing, and archive the original: event \S+, caused by event-s-1/,
    noted: { what: "edit", event: "event-s-1" },
    isDone: async () => (await verbs.letters()) === 2,
    exports: true,
  },
  pause: {
    run: (options, here) => setPaused("Billing", true, options, here),
    name: "shop-billing",
    count: 0,
    plan: /Orders\/Billing: about 0 messages wait in shop-billing/,
    noted: { what: "pause" },
    isDone: () => isPaused(true),
  },
  resume: {
    prepare: () => setPaused("Billing", true, { yes: true, expectCount: 0 }, verbs.here()),
    run: (options, here) => setPaused("Billing", false, options, here),
    name: "shop-billing",
    count: 0,
    plan: /Orders\/Billing: about 0 messages wait in shop-billing/,
    noted: { what: "resume" },
    isDone: () => isPaused(false),
  },
  invoke: {
    run: (options, here) =>
      invoke("Billing", '{"Records":[]}', { event: true, endpointUrl: verbs.shop.runtime.endpoint, ...options }, here),
    name: "shop-billing",
    count: 1,
    plan: /invoke shop-billing \(http\S+\), with 14 bytes/,
    noted: { what: "invoke", function: "shop-billing" },
    isDone: async () => verbs.out.join("").includes("accepted"),
  },
  send: {
    run: (options, here) =>
      send(
        "shop-orders",
        "OrderPlaced",
        {
          dryRun: false,
          json: false,
          data: '{"orderId":"sent-1","total":1}',
          contract: CONTRACT,
          endpointUrl: verbs.shop.runtime.endpoint,
          ...options,
        },
        here,
      ),
    name: "shop-orders",
    count: 1,
    plan: /send 1 OrderPlaced to shop-orders/,
    noted: { what: "send", event: "shop.OrderPlaced" },
    isDone: async () => {
      const { stats } = verbs.shop.runtime;
      return stats.some(({ succeeded, failed }) => succeeded + failed > 0);
    },
  },
};

const journal = (home = "home") => {
  const file = join(verbs.directory, home, "journal.ndjson");
  const text = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line));
};

/** Commands without commands of their own, by what is typed. */
function leavesOf(command: Command, path = command.name()): (readonly [string, Command])[] {
  return command.commands.length === 0
    ? [[path, command]]
    : command.commands.flatMap((each) => leavesOf(each, `${path} ${each.name()}`));
}

test("every verb is known here: it asks before it writes, or says why it asks nobody", () => {
  const surroundings = { terminal: { out: () => {}, err: () => {} }, signal: new AbortController().signal };
  const leaves = commandsOf(surroundings).flatMap((command) => leavesOf(command));
  const asks = leaves.filter(([, { options }]) => options.some(({ long }) => long === "--yes"));
  expect(asks.map(([name]) => name).sort()).toEqual(Object.keys(WRITES).sort());
  expect(leaves.map(([name]) => name).sort()).toEqual([...Object.keys(WRITES), ...Object.keys(ASKS_NOBODY)].sort());
  for (const [name, { options }] of asks) {
    expect(
      options.some(({ long }) => long === "--expect-count"),
      name,
    ).toBe(true);
  }
});

describe.each(Object.entries(WRITES))("%s", (_, write) => {
  beforeAll(async () => {
    verbs = await VerbShop.start();
    await verbs.shop.send("Dead", ["s-1", "s-2", "s-3"]);
    await write.prepare?.();
  });

  afterAll(async () => {
    await verbs[Symbol.asyncDispose]();
  });

  beforeEach(() => verbs.clear());

  const refusal = { exitCode: 2 };

  test("is refused where it is not confirmed, and changes nothing", async () => {
    const before = journal().length;
    const { run, count, name } = write;
    await expect(run({}, verbs.here())).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining(`--yes --expect-count ${count}`),
    });
    // The plan comes before the question.
    expect(verbs.err.join("\n") + verbs.out.join("\n")).toMatch(write.plan);
    await expect(run({}, verbs.typing("yes"))).rejects.toMatchObject(refusal);
    await expect(run({}, verbs.typing(""))).rejects.toMatchObject(refusal);
    await expect(run({}, verbs.typing(`${name}x`))).rejects.toMatchObject(refusal);
    await expect(run({ yes: true }, verbs.here())).rejects.toMatchObject(refusal);
    await expect(run({ expectCount: count }, verbs.here())).rejects.toMatchObject(refusal);
    await expect(run({ yes: true, expectCount: count + 1 }, verbs.here())).rejects.toMatchObject(refusal);
    await expect(run({ yes: true, expectCount: 1_000 }, verbs.here())).rejects.toMatchObject(refusal);
    await expect(run({}, { ...verbs.typing(name), signal: AbortSignal.abort() })).rejects.toThrow();
    expect(journal()).toHaveLength(before);
    expect(await write.isDone()).toBe(false);
  });

  const { unfiltered } = write;
  if (unfiltered !== undefined) {
    test("is refused without a choice of letters", async () => {
      await expect(unfiltered(verbs.typing(write.name))).rejects.toMatchObject({
        ...refusal,
        message: expect.stringContaining("say which dead letters"),
      });
      expect(await write.isDone()).toBe(false);
    });
  }

  test("is not done where its line cannot be written first", async () => {
    writeFileSync(join(verbs.directory, "no-folder"), "");
    const surroundings = { ...verbs.typing(write.name), home: join(verbs.directory, "no-folder") };
    await expect(write.run({}, surroundings)).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(await write.isDone()).toBe(false);
  });

  test("is done when the name is typed: who, what and when are noted, and no body is shown", async () => {
    await write.run({}, verbs.typing(write.name));
    const said = [...verbs.out, ...verbs.err].join("\n");
    await expect.poll(write.isDone, { timeout: 20_000 }).toBe(true);
    expect(journal().at(-1)).toMatchObject({
      ...write.noted,
      user: expect.stringContaining("@"),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      where: expect.any(String),
    });
    expect(said).not.toContain(CARD);
    expect(JSON.stringify(journal())).not.toContain(CARD);
    if (write.exports === true) {
      const folder = join(verbs.directory, "home/archive");
      const stored = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
      expect(stored.join("")).toContain("event-s-1");
    }
  });
});
