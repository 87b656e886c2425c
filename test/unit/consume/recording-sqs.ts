import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach } from "vitest";

/** An entry of a `SendMessageBatch`. */
export interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageAttributes: Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

const clients: SQSClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) {
    client.destroy();
  }
});

/** A client that answers without a network: `refuse` tells which entries fail. */
export function recording(refuse: (entry: Entry) => "fail" | "silence" | undefined = () => undefined) {
  const calls: Entry[][] = [];
  const client = new SQSClient({ region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  clients.push(client);
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { Entries } = args.input as unknown as { Entries: Entry[] };
        if (commandName === "ChangeMessageVisibilityBatchCommand") {
          return { response: {}, output: { $metadata: {}, Successful: Entries.map(({ Id }) => ({ Id })) } as never };
        }
        if (commandName !== "SendMessageBatchCommand") {
          return await next(args);
        }
        calls.push(Entries);
        const verdicts = Entries.map((entry) => ({ entry, verdict: refuse(entry) }));
        return {
          response: {},
          output: {
            $metadata: {},
            Successful: verdicts.filter(({ verdict }) => verdict === undefined).map(({ entry }) => ({ Id: entry.Id })),
            Failed: verdicts
              .filter(({ verdict }) => verdict === "fail")
              .map(({ entry }) => ({ Id: entry.Id, Code: "InternalError", Message: "no", SenderFault: false })),
          } as never,
        };
      },
    { step: "initialize", name: "recording" },
  );
  return { client, calls, entries: () => calls.flat() };
}
