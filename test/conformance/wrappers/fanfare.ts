import {
  type ConsumeOptions,
  consume,
  dynamoDbStore,
  type HandlerContext,
  type Handlers,
  type Logger,
} from "../../../lib/index.ts";
import type { Clients } from "../harness/clients.ts";
import { type ConsumerSpec, contract, type Delivery, type LambdaHandler, type Wrapper } from "../harness/index.ts";

/** `consume` of this package. */
export const fanfare: Wrapper = {
  name: "Fanfare",
  packages: ["fanfare"],
  lacks: {},
  build(spec, clients, report): LambdaHandler {
    const handler = consume(contract, handlersOf(spec), optionsOf(spec, clients, report));
    // The context of @types/aws-lambda is what the wrapper takes.
    return (event, context) => handler(event, context);
  },
};

/** The same with Fanfare's own client, as a function in Lambda has it. */
export const fanfareLean: Wrapper = { ...fanfare, name: "Fanfare, own client", client: "lean" };

/** The spec's handler, as Fanfare calls it. */
export function handlersOf(spec: ConsumerSpec): Handlers<typeof contract> {
  return { Thing: async (data, context) => void (await spec.handle(delivery(data, context))) };
}

/** Options as a spec asks for them; shared with other wrappers of Fanfare. */
export function optionsOf(
  spec: ConsumerSpec,
  clients: Clients,
  report: (text: string) => void,
): ConsumeOptions<typeof contract> {
  const { handle: _, table, fifo: _fifo, consumer = "conformance", ...options } = spec;
  return {
    ...options,
    consumer,
    ...(table === undefined
      ? {}
      : {
          store: dynamoDbStore({ table, client: clients.dynamodb }),
        }),
    clients: { sqs: clients.sqs, s3: clients.s3, dynamodb: clients.dynamodb },
    logger: reporting(report),
  };
}

function delivery(data: Delivery["data"], context: HandlerContext): Delivery {
  return {
    id: context.event.id,
    messageId: context.record.messageId,
    data,
    signal: context.signal,
    commit: (items) => context.commit(items),
    permanent: (reason) => context.deadLetter(reason),
    retryIn: (after) => context.retry({ after }),
  };
}

function reporting(report: (text: string) => void): Logger {
  const write = (message: string, fields: Readonly<Record<string, unknown>>) =>
    report(`${message} ${JSON.stringify(fields)}`);
  return { debug: () => {}, info: () => {}, warn: write, error: write };
}
