import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type DeadLetter, readDeadLetters } from "../../../infra/demo/stage/dead-letters.ts";
import { readTable, textOf } from "../../../infra/demo/stage/effects.ts";
import { Journal } from "../../../infra/demo/stage/journal.ts";
import { openStage, type Stage } from "../../../infra/demo/stage/stage.ts";
import type { SubscriberName } from "../../../infra/demo/stage/subscribers.ts";
import { synthesise } from "../../../infra/demo/stage/synthesise.ts";
import type { orders } from "../../../lambdas/orders/contract.ts";
import type { PayloadInput } from "../../../lib/index.ts";

/** The reference app, synthesised and running, for one test file. */
export interface App extends Stage {
  readonly journal: Journal;
  /** Waits until every message has come to its end. */
  quiet(): Promise<void>;
  /** The dead letters of a subscriber that came since the last call: they are shown once. */
  deadLetters(subscriber: SubscriberName): Promise<DeadLetter[]>;
}

/** Milliseconds that a test waits for the app to come to rest. */
const QUIET_TIMEOUT_MS = 45_000;

/** Synthesises and starts the app. Close it when the tests are over. */
export async function openApp(): Promise<App> {
  const folder = await mkdtemp(join(tmpdir(), "fanfare-e2e-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await synthesise(folder);
    const journal = new Journal();
    const stage = await openStage(folder, { onLog: journal.note });
    return {
      ...stage,
      journal,
      quiet: () => stage.runtime.whenQuiet({ timeoutMs: QUIET_TIMEOUT_MS }),
      deadLetters: (subscriber) => readDeadLetters(stage.clients, stage.deadLetterQueueUrl(subscriber)),
      close: async () => {
        await stage.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The item with that text under that name, of all items of a table. */
export async function findItem(
  { clients, resource }: Stage,
  table: string,
  name: string,
  value: string,
): Promise<Record<string, AttributeValue> | undefined> {
  const items = await readTable(clients, resource(table));
  return items.find((item) => textOf(item, name) === value);
}

type Placed = PayloadInput<typeof orders, "OrderPlaced">;

/** An order that is valid; what matters to a test is given. */
export function order(orderId: string, given: Partial<Placed> = {}): Placed {
  return {
    orderId,
    customerId: "c-1",
    email: "c-1@mail.example",
    region: "eu",
    total: 20,
    lines: [{ sku: `sku-${orderId}`, quantity: 1 }],
    ...given,
  };
}
