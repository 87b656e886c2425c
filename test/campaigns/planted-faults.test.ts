import { describe, expect, test } from "vitest";
import { bundleWith, SnippetNotFound } from "../simulation/mutations/bundle.ts";
import { WRONG_CLOCKS } from "../simulation/mutations/effects.ts";
import { findMutation } from "../simulation/mutations/find.ts";
import { mutations } from "../simulation/mutations/mutations.ts";

/** Real milliseconds for one search: a thousand runs on a busy machine. */
const SEARCH_MS = 240_000;

describe("faults planted in our own code", () => {
  test.for(mutations)("the simulator finds: $name", { timeout: SEARCH_MS }, async (mutation) => {
    const { violation, runs } = await findMutation(mutation);
    expect(violation, `not found in ${runs} runs`).toBeDefined();
    expect(mutation.rules).toContain(violation?.rule);
    expect(violation?.history).not.toBe("");
  });

  test("the same bundle without a planted fault breaks no rule", { timeout: SEARCH_MS }, async () => {
    const { violation, runs } = await findMutation({ edits: [], bound: 50 });
    expect(violation).toBeUndefined();
    expect(runs).toBe(50);
  });

  test("with wrong clocks, it breaks none of the rules that hold then", { timeout: SEARCH_MS }, async () => {
    const { violation, runs } = await findMutation({ edits: [], bound: 80, ...WRONG_CLOCKS });
    expect(violation).toBeUndefined();
    expect(runs).toBe(80);
  });

  test("a snippet that is not there, or there twice, is an error and not a mutation that nothing finds", async () => {
    const file = "lib/publish/transport.ts";
    await expect(bundleWith([{ file, find: "no such text", replace: "" }])).rejects.toThrow(
      "holds the snippet 0 times",
    );
    await expect(bundleWith([{ file, find: "outcomes", replace: "" }])).rejects.toThrow(/holds the snippet \d+ times/);
    const elsewhere = bundleWith([{ file: "lib/cli/main.ts", find: "x", replace: "" }]);
    await expect(elsewhere).rejects.toBeInstanceOf(SnippetNotFound);
  });
});
