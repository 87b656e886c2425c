import { defineConfig } from "vitest/config";
import QuickFirst from "./quick-first.ts";

const conditions = ["@fanfare/source"];

/** The unit tests that a mutation run repeats for its mutants; test/mutants/main.ts names their folders. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    environment: "node",
    // A mutant may make a test wait for ever. Long enough for tests that only wait for a busy machine.
    testTimeout: 20_000,
    include: (process.env.MUTANTS_TESTS ?? "").split(",").filter((pattern) => pattern !== ""),
    // Each takes seconds, so each mutant that survives would. The first one also measures memory, of which others took some before.
    exclude: [
      "test/unit/consume/hostile.test.ts",
      "test/unit/consume/receive/several-effects.test.ts",
      "test/unit/consume/retry-values.test.ts",
    ],
    // One worker and one set of modules per mutant, for all test files: less than half the time. Each mutant has a worker of its own.
    isolate: false,
    sequence: { sequencer: QuickFirst },
  },
});
