import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ContenderProcess, inProcesses, interleave, type Sample } from "../../../bench/harness/index.ts";

const MAIN = new URL("contenders-main.ts", import.meta.url);
const TIMEOUT_MS = 30_000;

interface Options {
  readonly settings?: object;
  readonly deadlineMs?: number;
}

function using<Result>(
  names: readonly string[],
  use: (contenders: readonly ContenderProcess[]) => Promise<Result>,
  { settings = { factor: 2 }, deadlineMs = TIMEOUT_MS }: Options = {},
): Promise<Result> {
  return inProcesses({ main: MAIN, names, settings, deadlineMs }, use);
}

/** One sample of the first contender. */
const sampleOfFirst = async ([contender]: readonly ContenderProcess[]) => await contender?.sample();

/** What contenders write goes to this process's own standard error: kept here, so that a passing run stays quiet. */
let written = "";

beforeEach(() => {
  written = "";
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Whether a process exists. */
function lives(pid: number | undefined): boolean {
  if (pid === undefined) {
    throw new Error("no process");
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("contenders in processes of their own", { timeout: TIMEOUT_MS }, () => {
  it("answers samples, each prepared, with the case's settings and a collector that can be called", async () => {
    const samples = await using(["answering"], async ([contender]) => [
      await contender?.sample(),
      await contender?.sample(),
    ]);
    expect(samples).toEqual([
      { pid: expect.any(Number), prepared: 1, scaled: 14, collects: 1 },
      { pid: expect.any(Number), prepared: 2, scaled: 14, collects: 1 },
    ]);
  });

  it("prepares and measures in two steps for who has to do something between them", async () => {
    const sample = await using(["answering"], async ([contender]) => {
      await contender?.prepare();
      await contender?.prepare();
      return await contender?.measure();
    });
    expect(sample).toMatchObject({ prepared: 2 });
  });

  it("gives each contender one process for all its samples, and ends them all", async () => {
    const pids = await using(["answering", "unprepared"], async (contenders) => {
      const results = await interleave(contenders, { rounds: 3, warmUps: 1 });
      const found = results.map(({ metrics }) => [...new Set(metrics.pid?.samples)]);
      expect(found.flat().map(lives)).toEqual([true, true]);
      return found;
    });
    expect(pids.map(({ length }) => length)).toEqual([1, 1]);
    expect(new Set([...pids.flat(), process.pid]).size).toBe(3);
    expect(pids.flat().map(lives)).toEqual([false, false]);
  });

  it("ends them too when the benchmark itself fails", async () => {
    let sample: Sample | undefined;
    const failing = using(["unprepared"], async (contenders) => {
      sample = await sampleOfFirst(contenders);
      throw new Error("of the benchmark");
    });
    await expect(failing).rejects.toThrow("of the benchmark");
    expect(lives(sample?.pid)).toBe(false);
  });

  it("hands on the error of a sample, after which the process can still be asked", async () => {
    await using(["throwing in a sample"], async ([contender]) => {
      await expect(contender?.sample()).rejects.toThrow(
        /throwing in a sample failed to measure: Error: the handler broke/,
      );
      await expect(contender?.prepare()).resolves.toBeUndefined();
    });
  });

  it.each([
    ["throwing at the start", /no module of that name.*the disk is gone/s],
    ["nobody", /no contender "nobody": there are answering; unprepared/],
  ])("hands on the error of a start: %s", async (name, text) => {
    let used = false;
    const starting = using(["answering", name], async () => {
      used = true;
    });
    await expect(starting).rejects.toThrow(text);
    expect(used).toBe(false);
  });

  it("refuses settings that the registry does not take", async () => {
    await expect(using(["answering"], sampleOfFirst, { settings: { factor: "two" } })).rejects.toThrow(/factor/);
  });

  it.each([
    ["throwing where nobody awaits", /process ended with code 1\n.*thrown by a callback/s],
    ["exiting", /process ended with code 3\nout of patience/],
  ])("tells what a process wrote that ended: %s", async (name, text) => {
    await using([name], async ([contender]) => {
      await expect(contender?.sample()).rejects.toThrow(text);
      await expect(contender?.sample(), "asked again").rejects.toThrow(text);
    });
    expect(written).toMatch(/thrown by a callback|out of patience/);
  });

  it("tells of a main module that does not even load", async () => {
    const main = new URL("there-is-none.ts", import.meta.url);
    await expect(inProcesses({ main, names: ["any"], settings: {} }, sampleOfFirst)).rejects.toThrow(
      /any: its process ended with code 1.*there-is-none\.ts/s,
    );
  });

  it.each(["silent", "in a loop"])("does not wait for ever: %s", async (name) => {
    const waiting = using([name], sampleOfFirst, { deadlineMs: 3_000 });
    await expect(waiting).rejects.toThrow(`${name}: no answer to "measure" within 3000 ms`);
  });
});
