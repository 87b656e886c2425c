import { effectMutations } from "./effects.ts";
import type { Mutation } from "./mutation.ts";
import { publisherMutations } from "./publisher.ts";

/** Runs within which a mutation must be found. */
const BOUND = 100;

const partiql = "lib/idempotency/partiql-writer.ts";
const store = "lib/idempotency/dynamodb-store.ts";
const decoder = "lib/consume/decode/decoder.ts";
const settlement = "lib/consume/settle/settlement.ts";
const deadLetters = "lib/consume/settle/dead-letters.ts";
const deadLetterMessage = "lib/consume/settle/dead-letter-message.ts";
const executionAfter = "lib/consume/handle/execution-after.ts";

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
    rules: ["owner-only", "completion-recorded"],
    // Completions do not linger, so one that comes after the claim was taken over has to be on its way for long.
    faults: { lateArrival: 0.5 },
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
    rules: ["outcome-is-true", "nothing-lost"],
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
        file: decoder,
        find: "return idempotencyKey(consumer, info.source, info.type, info.id);",
        replace: `return idempotencyKey(consumer, info.source, info.type, info.id + Math.floor(this.#settings.clock.now() / 1_000));`,
      },
    ],
    rules: ["effects-once", "one-handler-at-a-time"],
    bound: BOUND,
  },
  {
    name: "a lease shorter than the handler may run",
    edits: [
      {
        file: "lib/consume/claim/store-calls.ts",
        find: "leaseUntil: this.#invocation.endsAt,",
        replace: "leaseUntil: this.#clock.now() + 200,",
      },
    ],
    rules: ["one-handler-at-a-time", "owner-only", "effects-once"],
    bound: BOUND,
  },
  {
    name: "a claim that is released while its handler may still run",
    edits: [
      {
        file: executionAfter,
        find: `return executionOf(ready, failure(outcome, ready, guarantee), "none");`,
        replace: `return executionOf(ready, failure(outcome, ready, guarantee), end("release"));`,
      },
    ],
    rules: ["one-handler-at-a-time"],
    bound: BOUND,
  },
  {
    name: "a completion that is never written",
    edits: [{ file: executionAfter, find: `end("complete")`, replace: `"none"` }],
    rules: ["completion-recorded"],
    bound: BOUND,
  },
  {
    name: "statements that failed counted as written",
    edits: [{ file: partiql, find: "response !== undefined && code === undefined", replace: "response !== undefined" }],
    rules: ["completion-recorded", "effects-once", "one-handler-at-a-time", "outcome-is-true", "nothing-lost"],
    bound: BOUND,
  },
  {
    name: "a handler that ran out of time under at-most-once, forgotten",
    edits: [
      {
        file: executionAfter,
        find: `failure(outcome, ready, guarantee), "none"`,
        replace: `outcome, "none"`,
      },
    ],
    rules: ["nothing-lost"],
    bound: BOUND,
  },
  {
    name: "a refusal of the dead-letter queue that is not tried again under at-most-once",
    edits: [{ file: deadLetters, find: "const MAX_ATTEMPTS = 3;", replace: "const MAX_ATTEMPTS = 1;" }],
    rules: ["nothing-lost"],
    bound: BOUND,
  },
  {
    name: "acknowledging before the dead-letter queue has the message",
    edits: [
      {
        file: settlement,
        find: "await deadLetters.send(queue.url, deadLetterMessage(delivery, reason), settleDeadline(invocation, clock));",
        replace:
          "void deadLetters.send(queue.url, deadLetterMessage(delivery, reason), settleDeadline(invocation, clock)).catch(() => {});",
      },
    ],
    rules: ["outcome-is-true"],
    bound: BOUND,
  },
  {
    name: "a dead-letter queue's refusal of single entries overlooked",
    edits: [
      {
        file: deadLetters,
        find: "return entryResults(letters.length, response);",
        replace: "return letters.map(() => ({ ok: true, value: response }));",
      },
    ],
    rules: ["outcome-is-true"],
    bound: BOUND,
  },
  {
    name: "attributes dropped on dead-lettering",
    edits: [
      {
        file: deadLetterMessage,
        find: "if (name === FAILURE_ATTRIBUTE) {",
        replace: `if (name !== "type") {`,
      },
    ],
    rules: ["dead-letter-complete"],
    bound: BOUND,
  },
  {
    name: "a malformed record that is retried instead of dead-lettered",
    edits: [
      {
        file: decoder,
        find: `    } catch (error) {
      return endedEarly(delivery, classify(error, "dependency"));`,
        replace: `    } catch (error) {
      if (error instanceof FanfareError && error.code === "BodyMalformed") throw error;
      return endedEarly(delivery, classify(error, "dependency"));`,
      },
    ],
    rules: ["outcome-is-true", "dead-letter-complete"],
    bound: BOUND,
  },
  {
    name: "a last try that is left to SQS, without a reason",
    edits: [
      {
        file: settlement,
        find: "delivery.receiveCount < maxReceiveCount",
        replace: "delivery.receiveCount <= maxReceiveCount",
      },
    ],
    rules: ["dead-letter-complete"],
    bound: BOUND,
  },
  {
    name: "a FIFO group that goes on after a failure",
    edits: [
      { file: "lib/consume/schedule/in-order.ts", find: "groups.note(await settling);", replace: "await settling;" },
    ],
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
        file: decoder,
        find: "info.expiresAt.getTime() <= clock.now()",
        replace: "info.expiresAt.getTime() <= clock.now() + 15_000",
      },
    ],
    rules: ["outcome-is-true"],
    bound: BOUND,
  },
  ...effectMutations,
  ...publisherMutations,
];
