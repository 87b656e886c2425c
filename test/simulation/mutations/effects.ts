import type { Mutation } from "./mutation.ts";

const settlement = "lib/consume/settle/settlement.ts";

/** Runs within which a mutation must be found. */
const BOUND = 100;

/** Two workers meet at an event, and one of them takes the claim over while the handler of the other runs. */
export const WRONG_CLOCKS = { clockSkewMs: 20_000, faults: { duplicateDelivery: 0.6, slow: 0.3 } } as const;

/** Planted faults that a look at log lines, claims and responses does not show: they show in tables and queues. */
export const effectMutations: readonly Mutation[] = [
  {
    name: "a commit that drops the caller's items",
    edits: [
      {
        file: "lib/idempotency/transaction.ts",
        find: "TransactItems: [...items, transactItemOf(table, write)]",
        replace: "TransactItems: [transactItemOf(table, write)]",
      },
    ],
    rules: ["outcome-is-true", "effects-done"],
    bound: BOUND,
  },
  {
    name: "a commit that swallows that the claim was taken over",
    edits: [
      {
        file: "lib/idempotency/commit.ts",
        find: 'if (result.status === "refused") {',
        replace: "if (result.status === undefined) {",
      },
    ],
    rules: ["completion-recorded", "outcome-is-true", "effects-done"],
    ...WRONG_CLOCKS,
    bound: 800,
  },
  {
    name: "a completion reported as lost that is acknowledged",
    edits: [
      {
        file: settlement,
        find: 'return { kind: "retry", cause: "inProgress", error: undefined };',
        replace: 'return { kind: "done" };',
      },
    ],
    rules: ["completion-recorded", "effects-done"],
    ...WRONG_CLOCKS,
    bound: 200,
  },
  {
    name: "a FIFO hand-back that leaks its claim",
    edits: [
      {
        file: "lib/consume/handle/execution-after.ts",
        find: 'return ready.claimed ? executionOf(ready, outcome, "release", ready.tries)',
        replace:
          'return ready.claimed && !(outcome.kind === "retry" && outcome.cause === "group") ? executionOf(ready, outcome, "release", ready.tries)',
      },
    ],
    rules: ["claims-given-up"],
    bound: BOUND,
  },
  {
    name: "a dead-lettered event that keeps its claim",
    edits: [
      {
        file: settlement,
        find: "return await this.#release(execution, due);",
        replace: 'return due.kind === "deadLettered" ? due : await this.#release(execution, due);',
      },
    ],
    rules: ["claims-given-up"],
    bound: BOUND,
  },
  {
    name: "claims without a response that are not released",
    edits: [
      {
        file: "lib/consume/claim/claims.ts",
        find: 'return ended(decoded, outcome, "releaseIfClaimed", counted ? 1 : 0);',
        replace: 'return ended(decoded, outcome, "none", counted ? 1 : 0);',
      },
    ],
    rules: ["claims-given-up"],
    faults: { lostAnswer: 0.15, slow: 0.1 },
    bound: 300,
  },
  {
    name: "records kept for 12 hours instead of the computed time",
    edits: [
      {
        file: "lib/idempotency/dynamodb-store.ts",
        find: "const { retentionSeconds = DEFAULT_RETENTION_SECONDS,",
        replace: "const retentionSeconds = Math.min(DEFAULT_RETENTION_SECONDS, 43_200); const {",
      },
    ],
    rules: ["effects-once", "owner-only"],
    bound: BOUND,
  },
  {
    name: "no backoff",
    edits: [
      {
        file: "lib/consume/settle/redelivery.ts",
        find: ": backoff(settings.clock, delivery.receiveCount, delays.baseSeconds, delays.capSeconds);",
        replace: ": 0;",
      },
    ],
    rules: ["redelivery-in-time"],
    bound: BOUND,
  },
  {
    name: "a backoff that is decided and never set",
    edits: [
      {
        file: settlement,
        find: "await this.#parts.messages.redeliver(delivery, seconds);",
        replace: "await this.#parts.messages.redeliver(delivery, undefined);",
      },
    ],
    rules: ["redelivery-in-time"],
    bound: BOUND,
  },
  {
    name: "pointers that are followed anywhere",
    edits: [
      {
        file: "lib/consume/decode/message.ts",
        find: "payloads !== undefined && isWithin(payloadSources, pointer.bucket, pointer.key)",
        replace: "payloads !== undefined",
      },
    ],
    rules: ["payloads-allowed"],
    bound: BOUND,
  },
  {
    name: "pointers that are followed into prefixes that only begin alike",
    edits: [
      {
        file: "lib/payload/location.ts",
        find: "key.startsWith(folderOf(location.prefix))",
        replace: 'key.startsWith(location.prefix.replace("/", ""))',
      },
    ],
    rules: ["payloads-allowed"],
    bound: 200,
  },
  {
    name: "a dead letter's body serialised again",
    edits: [
      {
        file: "lib/consume/settle/dead-letter-message.ts",
        find: "body: record.body,",
        replace:
          "body: (() => { try { return JSON.stringify(JSON.parse(record.body)); } catch { return record.body; } })(),",
      },
    ],
    rules: ["dead-letter-complete"],
    bound: BOUND,
  },
  {
    name: "an open circuit that workers do not ask about",
    edits: [
      {
        file: "lib/consume/breaker/guard.ts",
        find: "const permission = await this.#circuit.permission();",
        replace: `const permission = await this.#circuit.permission().then((known) => known.kind === "open" ? { kind: "closed" as const } : known);`,
      },
      {
        file: "lib/consume/breaker/guard.ts",
        find: `const pause = permission.kind === "open" ? permission : this.#circuit.openNow();`,
        replace: "const pause = undefined as { readonly until: number } | undefined;",
      },
      {
        file: "lib/consume/schedule/gate.ts",
        find: "const pause = breaker?.openNow();",
        replace: "const pause = undefined;",
      },
    ],
    rules: ["circuit-respected"],
    bound: 300,
  },
  {
    name: "a wait for an open circuit that doubles with each receive",
    edits: [
      {
        file: "lib/consume/settle/redelivery.ts",
        find: "const fewer = Math.max(0, FEW_RECEIVES - receivesLeft(settings, delivery));",
        replace: "const fewer = delivery.receiveCount;",
      },
    ],
    rules: ["redelivery-in-time"],
    bound: 400,
  },
];
