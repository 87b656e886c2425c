import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallContext, EngineSnapshot } from "../../../../lib/local/engine/index.ts";
import { DurableEngine, type DurableEngineOptions } from "../../../../lib/local/journal/index.ts";

export const CONTEXT: CallContext = { region: "eu-central-1", accountId: "000000000000" };
const START = Date.UTC(2026, 10, 21, 12);

/** Memory where the system has a folder for it: these tests kill processes, not disks. */
const PARENT = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A folder for one test. */
export function newFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(PARENT, "fanfare-journal-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A clock that the test moves. */
export class TestClock {
  now = START;
  readonly read = (): number => this.now;
}

/** A copy of a data folder as a killed process would leave it. */
export function copyOfData(folder: string, to: string): string {
  cpSync(folder, to, { recursive: true });
  return to;
}

export function open(folder: string, clock: TestClock, more: Partial<DurableEngineOptions> = {}): DurableEngine {
  return new DurableEngine({ folder, clock: clock.read, ...more });
}

/** The state once every queue has been brought up to the present: reads do that, and are not kept. */
export function stateOf({ engine, sqs }: DurableEngine): EngineSnapshot {
  for (const QueueUrl of sqs.call(CONTEXT, "ListQueues", { MaxResults: 1_000 }).QueueUrls ?? []) {
    sqs.call(CONTEXT, "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
  }
  return engine.snapshot();
}
