import { type Logger, poll } from "../../../lib/index.ts";
import { contract, type LambdaHandler, type Wrapper } from "../harness/index.ts";
import { handlersOf, optionsOf } from "./fanfare.ts";
import { Feed, Feeds } from "./poll-feed.ts";

/** Milliseconds before the end of an invocation at which handlers are given up, as `consume` does: see its `reserveMs`. */
const RESERVE_MS = 1_000;

/**
 * `poll` of this package. Each invocation is a poller of its own, that finds the records in its queue, is stopped when each of
 * them has got its outcome, and whose deletions are what Lambda would read as success.
 */
export const fanfarePoll: Wrapper = {
  name: "Fanfare poll()",
  packages: ["fanfare"],
  lacks: {
    answer: "a poller answers nobody: no invocation waits for it or times out; its calls give up after ten seconds",
  },
  build(spec, clients, report): LambdaHandler {
    const feeds = new Feeds(clients.sqs);
    const options = optionsOf(spec, clients, report);
    return async ({ Records: records }, context) => {
      const left = context.getRemainingTimeInMillis();
      const feed = new Feed(records);
      const ended = new OutcomeCounter(records.length, options.logger);
      const poller = poll(contract, handlersOf(spec), {
        ...options,
        logger: ended.logger,
        queueUrl: feeds.add(feed, records),
        maxInFlight: Math.max(10, records.length),
        maxProcessingMs: left - Math.min(RESERVE_MS, left / 10),
        handleSignals: false,
      });
      await Promise.race([ended.all, poller.done]);
      await poller.stop();
      const failed = records.filter((record) => !feed.isDeleted(record));
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };
  },
};

/** Counts the outcomes that the poller logs. */
class OutcomeCounter {
  readonly all: Promise<void>;
  readonly logger: Logger;

  constructor(records: number, inner: Logger | undefined) {
    const { promise, resolve } = Promise.withResolvers<void>();
    let left = records;
    if (left === 0) {
      resolve();
    }
    const counting = (level: keyof Logger) => (message: string, fields: Readonly<Record<string, unknown>>) => {
      inner?.[level](message, fields);
      if (!("outcome" in fields)) {
        return;
      }
      left -= 1;
      if (left === 0) {
        resolve();
      }
    };
    this.all = promise;
    this.logger = {
      debug: counting("debug"),
      info: counting("info"),
      warn: counting("warn"),
      error: counting("error"),
    };
  }
}
