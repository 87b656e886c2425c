import { join } from "node:path";
import { defineConfig } from "vitest/config";
import LongFirst from "./test/support/long-first.ts";

/** The condition under which package exports resolve to the sources instead of `dist` (see package.json). */
const conditions = ["@fanfare/source"];

const cache = (name: string): string => join(import.meta.dirname, "node_modules/.cache", name);

/** Workers of tests that wait more than they work. */
const WAITING = 5;

/** Whole apps at a time: their functions run out of time on a machine that is busy. */
const APPS = 3;

/** CDK's own validation starts an engine per app. `npm run test:templates` has it, and so have the template tests of whole stacks. */
const unvalidated = { CDK_VALIDATION: "false" };

/** These files mock a module, so each needs a registry of modules of its own. */
const MOCKING = ["test/template/constructs/bundling.test.ts", "test/mocks/**/*.test.ts"];

/** The console in a browser waits for its pages most of the time. */
const BROWSER = "test/e2e/console/**/*.test.ts";

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    environment: "node",
    // Hundreds of tests start processes: each would compile the CDK, the command line and the SDK from their sources.
    env: { NODE_COMPILE_CACHE: cache("node-compile-cache") },
    reporters: ["default", "./test/support/summary-reporter.ts"],
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    // Fast projects first: groups run one after the other.
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          // Against a hang, and long enough for a machine that is busy.
          testTimeout: 60_000,
          // No file leaves anything behind: files share their worker, and what they import is loaded once.
          pool: "threads",
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "template",
          include: ["test/template/**/*.test.ts"],
          exclude: MOCKING,
          setupFiles: "test/template/setup.ts",
          testTimeout: 60_000,
          // Hundreds of tests bundle the same few handlers.
          env: { FANFARE_BUNDLE_CACHE: cache("fanfare-bundles") },
          // aws-cdk-lib takes seconds to load: once per worker.
          pool: "threads",
          isolate: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          env: unvalidated,
          include: ["test/integration/**/*.test.ts"],
          maxWorkers: WAITING,
          // Half of their work was to load the SDK and the CDK again for each file.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          env: unvalidated,
          include: [BROWSER],
          globalSetup: "test/e2e/assembly.ts",
          maxWorkers: WAITING,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: "mocks",
          env: unvalidated,
          include: MOCKING,
          maxWorkers: WAITING,
          testTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          env: unvalidated,
          include: ["test/e2e/**/*.test.ts"],
          exclude: [BROWSER],
          globalSetup: "test/e2e/assembly.ts",
          maxWorkers: APPS,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          // Too long for `npm test`: `npm run test:campaigns` runs them, and so does continuous integration.
          name: "campaigns",
          include: ["test/campaigns/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
