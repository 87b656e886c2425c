import { describe, expect, test } from "vitest";
import { explore } from "../../verify/explore.ts";
import { FAULTS } from "../../verify/faults.ts";
import { MODES, RULES } from "../../verify/rules.ts";

describe("the claim protocol", () => {
  test("with two workers that commit without a claim: everything that can happen is explored, and holds", () => {
    const { isComplete, counterexample } = explore({ mode: "with-commit", rules: RULES, workers: 2, invocations: 2 });
    expect(counterexample).toBeUndefined();
    expect(isComplete).toBe(true);
  });

  test.each(MODES)("holds in the shortest courses of %s", (mode) => {
    const config = { mode, rules: RULES, workers: 3, invocations: 3, maxStates: 2_000 };
    expect(explore(config).counterexample).toBeUndefined();
  });

  // The others take seconds: `npm run verify` plants all of them.
  const quick = FAULTS.filter(({ name }) =>
    /lease has ended|at-most-once as it was|never ends|read and completed|taken over like|without a claim/.test(name),
  );
  test.each(quick)("does not hold with a planted fault: $name", ({ mode, rules }) => {
    const { counterexample } = explore({
      mode,
      rules: { ...RULES, ...rules },
      workers: 2,
      invocations: 2,
      maxStates: 5_000,
    });
    expect(counterexample?.story.length).toBeGreaterThan(0);
    expect(counterexample?.property).toMatch(/\.$|running/);
  });
});
