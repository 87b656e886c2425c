import type { SettlingSqsLoader } from "../../../../lib/aws/index.ts";

type SettlingSqs = Awaited<ReturnType<SettlingSqsLoader>>;

/** A call of SQS, as it was made. */
export interface SqsCall {
  readonly operation: "change" | "delete" | "send";
  readonly region: string | undefined;
  readonly queueUrl: string | undefined;
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  /** Milliseconds that it may take. */
  readonly ms: number | undefined;
  readonly signal: AbortSignal | undefined;
}

interface BatchInput {
  readonly QueueUrl: string | undefined;
  readonly Entries: readonly object[] | undefined;
}

/** What SQS says of an entry: `InternalError` or a code for a fault of the sender, nothing for one that is carried out. */
export type Answer = (entry: Readonly<Record<string, unknown>>, call: number) => string | undefined;

/** SQS as settlement sees it, in memory. `before` may delay or fail a whole call. */
export function fakeSqs(answer: Answer = () => undefined, before: (call: SqsCall) => Promise<void> | void = () => {}) {
  const calls: SqsCall[] = [];
  const load: SettlingSqsLoader = async (region) => {
    const operationOf =
      (operation: SqsCall["operation"]) =>
      async ({ QueueUrl, Entries = [] }: BatchInput, limits = {}) => {
        const { ms, signal }: { ms?: number | undefined; signal?: AbortSignal | undefined } = limits;
        const entries = Entries.map((entry) => ({ ...entry }));
        const call: SqsCall = { operation, region, queueUrl: QueueUrl, entries, ms, signal };
        const index = calls.push(call) - 1;
        await before(call);
        const codes = call.entries.map((entry) => answer(entry, index));
        return {
          Successful: codes.flatMap((code, at) => (code === undefined ? [{ Id: String(at) }] : [])),
          Failed: codes.flatMap((Code, at) =>
            Code === undefined ? [] : [{ Id: String(at), Code, SenderFault: Code !== "InternalError" }],
          ),
          $metadata: {},
        };
      };
    const sqs: SettlingSqs = {
      changeMessageVisibilityBatch: operationOf("change"),
      deleteMessageBatch: operationOf("delete"),
      sendMessageBatch: async (input, limits) => {
        const { Successful, ...rest } = await operationOf("send")(input, limits);
        const sent = Successful.map(({ Id }) => ({ Id, MessageId: `m-${Id}`, MD5OfMessageBody: "" }));
        return { ...rest, Successful: sent };
      },
      queueUrl: async ({ region: where, account, name }) => `https://sqs.${where}/${account}/${name}`,
    };
    return sqs;
  };
  return { calls, load };
}
