import { defineConfig } from "vitest/config";

const conditions = ["@fanfare/source"];

/** The unit tests that a mutation run repeats for its mutants; test/mutants/main.ts names their folders. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    environment: "node",
    include: (process.env.MUTANTS_TESTS ?? "").split(",").filter((pattern) => pattern !== ""),
  },
});
