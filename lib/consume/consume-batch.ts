import type { AnyContract, EventName } from "../contract/index.ts";
import { FanfareError } from "../errors/index.ts";
import type { BatchContext, BatchItem } from "./batch-item.ts";
import { lambdaHandler } from "./lambda-handler.ts";
import type { SqsConsumer } from "./lambda-types.ts";
import { type ConsumeOptions, resolveConsumeOptions } from "./options.ts";
import { createProcessor } from "./process.ts";
import { type AnyBatchHandler, runBatch } from "./run-batch.ts";

/** What `consumeBatch` takes besides contract and handler. */
export interface ConsumeBatchOptions<C extends AnyContract, Name extends EventName<C>> extends ConsumeOptions<C> {
  /** The events that the handler takes; others are dead-lettered. @default all of the contract's */
  readonly events?: readonly Name[];
}

/**
 * Makes the Lambda handler of a consumer that writes in bulk: it gets all events of an invocation at once, and says of each that
 * fails so. When it throws, all come again.
 *
 * On FIFO queues, what follows a failed item in its group comes again too, whether the handler took it or not: prefer `consume`.
 *
 * @throws FanfareError `ConfigurationInvalid` at start-up, as `consume` does
 */
export function consumeBatch<C extends AnyContract, const Name extends EventName<C> = EventName<C>>(
  contract: C,
  handler: (items: readonly BatchItem<C, Name>[], context: BatchContext) => void | Promise<void>,
  options: ConsumeBatchOptions<C, Name> = {},
): SqsConsumer {
  const settings = resolveConsumeOptions(contract, options);
  const names = new Set<string>(options.events ?? Object.keys(contract.events));
  for (const name of names) {
    if (Object.hasOwn(contract.events, name)) continue;
    throw new FanfareError("ConfigurationInvalid", `${name} is not an event of ${contract.name}`, {
      field: "events",
      remedy: `name some of ${Object.keys(contract.events).join(", ")}`,
    });
  }
  // Items are made from validated events of the contract: their names and data are what the type says.
  const anyHandler = handler as AnyBatchHandler;
  const run = runBatch({
    handler: anyHandler,
    concurrency: settings.concurrency,
    clock: settings.clock,
    logger: settings.logger,
  });
  const handles = (name: string) => (names.has(name) ? unreachable : undefined);
  return lambdaHandler(settings, createProcessor(settings, handles, run));
}

/** Stands for "there is a handler" where the batch handler takes all. */
const unreachable = () => undefined;
