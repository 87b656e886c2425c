import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, inject, it } from "vitest";
import { Journal } from "../../../infra/demo/stage/journal.ts";
import { openStage } from "../../../infra/demo/stage/stage.ts";
import type { AppCase, ReferenceApp } from "./cases/index.ts";

/** The reference app on the local runtime, for one test file. */
interface LocalApp extends ReferenceApp {
  close(): Promise<void>;
}

/** Milliseconds that a test waits for the app to come to rest. */
const QUIET_TIMEOUT_MS = 45_000;

/** Starts the app. Close it when the tests are over. */
async function openApp(): Promise<LocalApp> {
  const journal = new Journal();
  const stage = await openStage(inject("assembly"), { onOutcome: journal.note });
  return {
    ...stage,
    unique: (name) => `${name}-${randomUUID().slice(0, 8)}`,
    invoke: async (path, payload) => {
      const result = await stage.runtime.invoke(path, payload);
      if (result.status === "succeeded") {
        return { status: "succeeded", payload: result.payload };
      }
      return { status: "failed", message: result.error.errorMessage };
    },
    outcomes: async (subscriber, eventId) =>
      journal
        .entries(subscriber)
        .filter((entry) => entry.eventId === eventId)
        .map(({ outcome, attempt }) => ({ outcome, attempt })),
    ignored: async (subscriber) => journal.ended(subscriber, "ignored").length,
    // The runtime sees its queues and functions from the inside: nothing has to be guessed from counts.
    quiet: () => stage.runtime.whenQuiet({ timeoutMs: QUIET_TIMEOUT_MS }),
    close: () => stage.close(),
  };
}

/** Runs cases as tests of this file, on one app. */
export function testOnLocalRuntime(cases: readonly AppCase[]): void {
  let app: LocalApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app?.close());
  it.each(cases)("$name", async ({ run }) => {
    await run(app);
  });
}
