import type { Mutation } from "./mutation.ts";

/** Runs within which a mutation must be found. */
const BOUND = 100;

const partiql = "lib/idempotency/partiql-writer.ts";
const store = "lib/idempotency/dynamodb-store.ts";
const pipeline = "lib/consume/pipeline.ts";
const conclusions = "lib/consume/conclusions.ts";

/** The planted faults. Each is one that a careful person could write. */
export const mutations: readonly Mutation[] = [
  {
    name: "release without the owner condition",
    edits: [
      {
        file: partiql,
        find: `WHERE "\${key}" = ? AND "\${owner}" = ? AND "\${state}" = ?\`,
          Parameters: [text(claim.key), text(claim.owner), text(CLAIMED)],`,
        replace: `WHERE "\${key}" = ? AND "\${state}" = ?\`,
          Parameters: [text(claim.key), text(CLAIMED)],`,
      },
    ],
    rules: ["owner-only"],
    faults: { lostAnswer: 0.25 },
    bound: BOUND,
  },
  {
    name: "completion without the owner condition",
    edits: [
      {
        file: partiql,
        find: `SET "\${state}" = ? WHERE "\${key}" = ? AND "\${owner}" = ?\`,
          Parameters: [text(DONE), text(claim.key), text(claim.owner)],`,
        replace: `SET "\${state}" = ? WHERE "\${key}" = ?\`,
          Parameters: [text(DONE), text(claim.key)],`,
      },
    ],
    rules: ["owner-only"],
    // Completions do not linger, so one that comes after the claim was taken over has to be on its way for long.
    faults: { lateArrival: 0.3 },
    bound: BOUND,
  },
  {
    name: "a transaction that does not look at the claim",
    edits: [
      {
        file: "lib/idempotency/commit.ts",
        find: `ConditionExpression: "#owner = :owner AND #state = :claimed",`,
        replace: `ConditionExpression: "#owner <> :owner OR #owner = :owner OR #state = :claimed",`,
      },
    ],
    rules: ["effects-once", "owner-only"],
    faults: { lateArrival: 0.08 },
    bound: BOUND,
  },
  {
    name: "a claim whose lost answer counts as someone else's",
    edits: [{ file: store, find: "seen.owner === request.owner", replace: `seen.owner === "nobody"` }],
    rules: ["fate-is-true", "nothing-lost"],
    bound: BOUND,
  },
  {
    name: "a takeover of a claim that is not over",
    edits: [{ file: store, find: "seen.leaseUntil + CLOCK_SKEW_MS < now", replace: "seen.leaseUntil - 2_000 < now" }],
    rules: ["owner-only", "one-handler-at-a-time"],
    bound: BOUND,
  },
  {
    name: "a takeover that does not look whether the event was completed meanwhile",
    edits: [
      {
        file: partiql,
        find: `AND "\${lease}" = ? AND "\${state}" = ?\`,
          Parameters: [text(id), text(seen.owner), number(seen.leaseUntil), text(seen.done ? DONE : CLAIMED)],`,
        replace: `AND "\${lease}" = ?\`,
          Parameters: [text(id), text(seen.owner), number(seen.leaseUntil)],`,
      },
    ],
    rules: ["owner-only", "effects-once"],
    faults: { lateArrival: 0.2, slow: 0.15 },
    bound: BOUND,
  },
  {
    name: "an idempotency key that changes on redelivery",
    edits: [
      {
        file: pipeline,
        find: "return idempotencyKey(consumer, event.info.source, event.info.id);",
        replace: `return idempotencyKey(consumer, event.info.source, event.info.id + Math.floor(this.#settings.clock.now() / 1_000));`,
      },
    ],
    rules: ["effects-once", "one-handler-at-a-time"],
    bound: BOUND,
  },
  {
    name: "a lease shorter than the handler may run",
    edits: [
      {
        file: "lib/consume/claims.ts",
        find: "this.#leaseUntil = invocation.endsAt;",
        replace: "this.#leaseUntil = clock.now() + 200;",
      },
    ],
    rules: ["one-handler-at-a-time", "owner-only", "effects-once"],
    bound: BOUND,
  },
  {
    name: "a claim that is released while its handler may still run",
    edits: [
      {
        file: conclusions,
        find: `      case "timedOut":
`,
        replace: `      case "timedOut":
        await this.#claims?.release(work.key);
`,
      },
    ],
    rules: ["one-handler-at-a-time"],
    bound: BOUND,
  },
  {
    name: "a completion that is never written",
    edits: [{ file: conclusions, find: "await this.#complete(work);", replace: `{ kind: "done" };` }],
    rules: ["completion-recorded"],
    bound: BOUND,
  },
  {
    name: "statements that failed counted as written",
    edits: [{ file: partiql, find: "response !== undefined && code === undefined", replace: "response !== undefined" }],
    rules: ["completion-recorded", "effects-once", "one-handler-at-a-time", "fate-is-true", "nothing-lost"],
    bound: BOUND,
  },
  {
    name: "a handler that ran out of time under at-most-once, forgotten",
    edits: [
      {
        file: conclusions,
        find: `if (this.#settings.guarantee === "at-most-once")
          return await this.settleFailure(`,
        replace: `if (this.#settings.consumer === "")
          return await this.settleFailure(`,
      },
    ],
    rules: ["nothing-lost"],
    bound: BOUND,
  },
  {
    name: "a refusal of the dead-letter queue that is not tried again under at-most-once",
    edits: [{ file: "lib/consume/dead-letters.ts", find: "const MAX_TRIES = 3;", replace: "const MAX_TRIES = 1;" }],
    rules: ["nothing-lost"],
    bound: BOUND,
  },
  {
    name: "acknowledging before the dead-letter queue has the message",
    edits: [
      {
        file: conclusions,
        find: "await this.#deadLetters.send(queue.url, incoming, reason, settleBy(this.#invocation, clock));",
        replace:
          "void this.#deadLetters.send(queue.url, incoming, reason, settleBy(this.#invocation, clock)).catch(() => {});",
      },
    ],
    rules: ["fate-is-true"],
    bound: BOUND,
  },
  {
    name: "a dead-letter queue's refusal of single entries overlooked",
    edits: [
      { file: "lib/consume/dead-letters.ts", find: "if (taken.has(String(index)))", replace: "if (taken.size >= 0)" },
    ],
    rules: ["fate-is-true"],
    bound: BOUND,
  },
  {
    name: "attributes dropped on dead-lettering",
    edits: [
      {
        file: "lib/consume/dead-letters.ts",
        find: `if (name === FAILURE_ATTRIBUTE) continue;`,
        replace: `if (name !== "type") continue;`,
      },
    ],
    rules: ["dead-letter-complete"],
    bound: BOUND,
  },
  {
    name: "one malformed record failing its batch",
    edits: [
      {
        file: pipeline,
        find: `function failed(error: unknown): { readonly fate: Fate } {
  return`,
        replace: `function failed(error: unknown): { readonly fate: Fate } {
  if (error instanceof FanfareError && error.code === "BodyMalformed") throw error;
  return`,
      },
    ],
    rules: ["no-crash-of-ours"],
    bound: BOUND,
  },
  {
    name: "a last try that is left to SQS, without a reason",
    edits: [
      {
        file: conclusions,
        find: "incoming.receiveCount < maxReceiveCount",
        replace: "incoming.receiveCount <= maxReceiveCount",
      },
    ],
    rules: ["dead-letter-complete"],
    bound: BOUND,
  },
  {
    name: "a FIFO group that goes on after a failure",
    edits: [{ file: "lib/consume/run-groups.ts", find: `if (fate.kind === "retry") blocker = fate;`, replace: "" }],
    rules: ["order-in-group"],
    bound: BOUND,
  },
  {
    name: "entries that PublishBatch reported as failed counted as sent",
    edits: [
      {
        file: "lib/publish/transport.ts",
        find: "      : result,",
        replace: `      : { ok: true, value: { messageId: "", sequenceNumber: undefined } },`,
      },
    ],
    rules: ["publish-is-true"],
    bound: BOUND,
  },
  {
    name: "a message group reordered when one of its entries is retried",
    edits: [
      {
        file: "lib/publish/send-buffer.ts",
        find: `this.#options.transport.ordered ? this.#groups.run(group ?? "", send) : send()`,
        replace: "send()",
      },
    ],
    rules: ["order-in-group"],
    bound: BOUND,
  },
  {
    name: "an event dropped before it expires",
    edits: [
      {
        file: pipeline,
        find: "event.info.expiresAt.getTime() <= this.#settings.clock.now()",
        replace: "event.info.expiresAt.getTime() <= this.#settings.clock.now() + 15_000",
      },
    ],
    rules: ["fate-is-true"],
    bound: BOUND,
  },
];
