import { setTimeout as delay } from "node:timers/promises";
import type { Case } from "./case.ts";
import type { Results } from "./results.ts";

/** Milliseconds of one case at most; its own waits end earlier, with a better message. */
const CASE_TIMEOUT_MS = 180_000;

/** What {@link runCases} takes. */
export interface CaseRun<App> {
  readonly app: App;
  /** Cases that run one after the other, side by side with the other lists. Two lists may be one iterator that they share. */
  readonly lanes: readonly Iterable<Case<App>>[];
  /** Faults that show, with what is said where a case is skipped because of one. */
  readonly faults: ReadonlyMap<string, string>;
  readonly results: Results;
  /** Only cases with this text in their name. */
  readonly only: string | undefined;
}

/** Runs cases, without those that a fault spoils. */
export async function runCases<App>({ app, lanes, faults, results, only }: CaseRun<App>): Promise<void> {
  const run = async (lane: Iterable<Case<App>>) => {
    for (const each of lane) {
      if (only !== undefined && !each.name.includes(only)) {
        continue;
      }
      const reasons = (each.spoiltBy ?? []).flatMap((id) => faults.get(id) ?? []);
      if (reasons.length > 0) {
        results.skip(each.name, reasons.join("\n"));
      } else {
        await results.run(each.name, () => withTimeout(each.run(app)));
      }
    }
  };
  await Promise.all(lanes.map(run));
}

async function withTimeout(work: Promise<void>): Promise<void> {
  const cancel = new AbortController();
  const timeout = delay(CASE_TIMEOUT_MS, undefined, { signal: cancel.signal }).then(
    () => Promise.reject(new Error(`not done within ${CASE_TIMEOUT_MS / 1_000} s`)),
    () => {},
  );
  try {
    await Promise.race([work, timeout]);
  } finally {
    cancel.abort();
  }
}
