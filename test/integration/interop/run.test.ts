import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PeerUnavailable } from "../../interop/peer.ts";
import { count, renderMarkdown, renderTable } from "../../interop/report.ts";
import { type KnownLimit, type Row, suite } from "../../interop/row.ts";
import { runSuites } from "../../interop/run.ts";
import { startWorld, type World } from "../../interop/world.ts";

const CELL = { direction: "writes", via: "queue", fifo: false, payload: "small" } as const;
const LIMIT: KnownLimit = { reason: "it cannot count", symptom: /four instead of five/ };

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

async function outcomeOf(row: Partial<Row<string>>, start?: () => never) {
  let isClosed = false;
  const client = suite("odd one", [{ ...CELL, run: async () => {}, ...row }], async () => {
    start?.();
    return {
      context: "context",
      versions: { one: "7.1" },
      close: async () => {
        isClosed = true;
      },
    };
  });
  const seen: string[] = [];
  const report = await runSuites(world, [client], ({ status }) => seen.push(status));
  expect(seen).toEqual(report.outcomes.map(({ status }) => status));
  return { report, outcome: report.outcomes[0], isClosed };
}

const failing = async () => {
  throw new Error("four instead of five");
};

describe("a row of the matrix", () => {
  it("is green when its check passes, and its client is closed", async () => {
    const { outcome, isClosed } = await outcomeOf({});
    expect(outcome).toEqual({ ...CELL, client: "odd one", version: "7.1", status: "passed", reason: "" });
    expect(isClosed).toBe(true);
  });

  it("is red when its check fails", async () => {
    expect((await outcomeOf({ run: failing })).outcome).toMatchObject({
      status: "failed",
      reason: "four instead of five",
    });
  });

  it("is explained only by a limit whose symptom it shows", async () => {
    expect((await outcomeOf({ run: failing, limit: LIMIT })).outcome).toMatchObject({
      status: "limited",
      reason: "it cannot count",
    });
    const other = { ...LIMIT, symptom: /timeout/ };
    expect((await outcomeOf({ run: failing, limit: other })).outcome?.status).toBe("failed");
  });

  it("is red when its limit is gone", async () => {
    expect((await outcomeOf({ limit: LIMIT })).outcome).toMatchObject({
      status: "failed",
      reason: "passed, though this limit is listed: it cannot count",
    });
  });

  it("is skipped with the reason where its client cannot start", async () => {
    const { outcome } = await outcomeOf({}, () => {
      throw new PeerUnavailable("no program python3 on the PATH");
    });
    expect(outcome).toMatchObject({ status: "skipped", reason: "no program python3 on the PATH" });
  });

  it("is red where its client is there and does not start", async () => {
    const { outcome } = await outcomeOf({}, () => {
      throw new Error("ImportError");
    });
    expect(outcome).toMatchObject({ status: "failed", reason: "ImportError" });
  });

  it("is reported with its reason below", async () => {
    const { report } = await outcomeOf({ run: failing });
    expect(count(report, "failed")).toBe(1);
    expect(renderTable(report)).toMatch(/odd one 7\.1[\s\S]*RED \[1\][\s\S]*\[1\] four instead of five/);
    expect(renderMarkdown(report)).toContain(
      "| odd one 7.1 | writes, Fanfare reads | queue | standard | small | RED [1] |",
    );
  });
});
