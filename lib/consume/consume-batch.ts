import type { AnyContract, EventName } from "../contract/index.ts";
import type { AnyBatchHandler, BatchContext, BatchItem } from "./handle/index.ts";
import { lambdaHandler, type SqsConsumer } from "./receive/index.ts";
import { configurationInvalid } from "./record/index.ts";
import { allAtOnce, createProcessor } from "./schedule/index.ts";
import type { ConsumeOptions } from "./settings/index.ts";
import { resolveConsumeOptions } from "./settings/index.ts";

/** What `consumeBatch` takes besides contract and handler. */
export interface ConsumeBatchOptions<C extends AnyContract, Name extends EventName<C>> extends ConsumeOptions<C> {
  /** The events that the handler takes; others are dead-lettered. @default all of the contract's */
  readonly events?: readonly Name[];
}

/**
 * Makes the Lambda handler of a consumer that writes in bulk: it receives all events of an invocation at once, and reports those
 * that fail. When it throws, all of them are redelivered.
 *
 * On FIFO queues, what follows a failed item in its group is redelivered too, whether the handler took it or not: prefer `consume`.
 *
 * @throws FanfareError `ConfigurationInvalid` at start-up, as `consume` does
 */
export function consumeBatch<C extends AnyContract, const Name extends EventName<C> = EventName<C>>(
  contract: C,
  handler: (items: readonly BatchItem<C, Name>[], context: BatchContext) => void | Promise<void>,
  options: ConsumeBatchOptions<C, Name> = {},
): SqsConsumer {
  const settings = resolveConsumeOptions(contract, options);
  if (settings.claim === "with-commit") {
    const remedy = "use consume, or leave claim out";
    throw configurationInvalid("claim", 'claim is "with-commit", but a batch handler has no transaction', remedy);
  }
  const names = new Set<string>(options.events ?? Object.keys(contract.events));
  for (const name of names) {
    if (!Object.hasOwn(contract.events, name)) {
      throw configurationInvalid(
        "events",
        `${name} is not an event of ${contract.name}`,
        `name some of ${Object.keys(contract.events).join(", ")}`,
      );
    }
  }
  // Items are made from validated events of the contract: their names and data are what the type says.
  const anyHandler = handler as AnyBatchHandler;
  const schedule = allAtOnce({ ...settings, handler: anyHandler });
  return lambdaHandler(
    settings,
    createProcessor(settings, (name) => (names.has(name) ? handledInBatch : undefined), schedule),
  );
}

/** Stands for "there is a handler" where the batch handler takes all. */
const handledInBatch = () => undefined;
