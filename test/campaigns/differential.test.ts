import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalServer, startServer } from "../../lib/local/server/index.ts";
import { type ExploreOptions, explore } from "../differential/explore.ts";
import type { Pair } from "../differential/play.ts";
import { closeSide, openSide } from "../differential/world.ts";
import { freeSeed } from "../support/free-seed.ts";

let servers: readonly LocalServer[];
let pair: Pair;

beforeAll(async () => {
  servers = [await startServer(), await startServer()];
  const [ours, theirs] = servers.map(({ endpoint }, index) => openSide(`engine ${index}`, endpoint));
  if (ours === undefined || theirs === undefined) {
    throw new Error("two servers are needed");
  }
  pair = { ours, theirs };
});

afterAll(async () => {
  closeSide(pair.ours);
  closeSide(pair.theirs);
  await Promise.all(servers.map((server) => server.close()));
});

/** Of this run; a finding names its own. */
const seed = freeSeed();

function options(more: Partial<ExploreOptions> = {}): ExploreOptions {
  return {
    pair,
    operations: 600,
    deadline: Date.now() + 40_000,
    seed,
    parallel: 4,
    shrinks: 10,
    onProgress: () => {},
    onFinding: () => {},
    ...more,
  };
}

test("an engine does not differ from itself, by any judgement", async () => {
  const seen = await explore(options());
  expect([...seen.findings.keys()], `seed ${seed}`).toEqual([]);
  expect([...seen.known.keys()], `seed ${seed}`).toEqual([]);
  expect(seen.operations).toBeGreaterThanOrEqual(600);
  expect(seen).toMatchObject({ shrinkOperations: 0, retries: 0 });
});

test("a difference is found, made smaller, and counted apart", async () => {
  const theirs = openSide("a side that lies", pair.theirs.endpoint);
  theirs.sqs.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const output: object = result.output;
      // Only batches: what is written down, and is not made smaller, sends single messages.
      if ("Successful" in output && Array.isArray(output.Successful)) {
        for (const entry of output.Successful) {
          if ("MD5OfMessageBody" in entry) {
            entry.MD5OfMessageBody = "wrong";
          }
        }
      }
      return result;
    },
    { step: "initialize" },
  );
  try {
    const signatures: string[] = [];
    const seen = await explore(
      options({
        pair: { ours: pair.ours, theirs },
        onFinding: (signature) => signatures.push(signature),
        parallel: 1,
        // Enough for a batch that succeeds, whatever the seed.
        operations: 2_500,
      }),
    );
    const signature = "sqs.sendBatch: .ok.[].succeeded.MD5OfMessageBody";
    expect(signatures, `seed ${seed}`).toContain(signature);
    const finding = seen.findings.get(signature);
    expect(finding?.seed).toBeGreaterThanOrEqual(seed);
    expect(finding?.sequence.steps.length).toBeLessThan(40);
    expect(seen.shrinkOperations).toBeGreaterThan(0);
  } finally {
    closeSide(theirs);
  }
});

test("a side that does not answer ends the run: that is no difference", async () => {
  const silent = openSide("a silent side", pair.theirs.endpoint);
  silent.sqs.middlewareStack.add(
    () => async () => {
      await delay(1);
      throw Object.assign(new Error("no answer within 30 s"), { name: "TimeoutError", $metadata: {} });
    },
    { step: "initialize" },
  );
  try {
    await expect(explore(options({ pair: { ours: pair.ours, theirs: silent } }))).rejects.toThrow(
      "a silent side did not answer: TimeoutError",
    );
  } finally {
    closeSide(silent);
  }
});
