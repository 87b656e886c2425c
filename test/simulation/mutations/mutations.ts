import { effectMutations } from "./effects.ts";
import type { Mutation } from "./mutation.ts";
import { publisherMutations } from "./publisher.ts";

/** Runs within which a mutation must be found. */
const BOUND = 100;

const owner = "lib/idempotency/protocol/owner.ts";
const claiming = "lib/idempotency/protocol/claim.ts";
const partiql = "lib/idempotency/partiql-writer.ts";
const decoder = "lib/consume/decode/decoder.ts";
const settlement = "lib/consume/settle/settlement.ts";
const deadLetters = "lib/consume/settle/dead-letters.ts";
const deadLetterMessage = "lib/consume/settle/dead-letter-message.ts";
const executionAfter = "lib/consume/handle/execution-after.ts";

/** The planted faults. Each is one that a careful person could write. */
export const mutations: readonly Mutation[] = [
  {
    name: "release without the owner condition",
    edits: [{ file: owner, find: "const expected = { owner, state, ...", replace: "const expected = { state, ..." }],
    rules: ["owner-only"],
    faults: { lostAnswer: 0.25 },
    bound: BOUND,
  },
  {
    name: "completion without the owner condition",
    edits: [
      {
        file: owner,
        find: 'return { kind: "update", key, expected: { owner }, set: { state: "done" } };',
        replace: 'return { kind: "update", key, expected: {}, set: { state: "done" } };',
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
        file: owner,
        find: 'expected: { owner, state: "claimed" }, set: { state: "done" } };',
        replace: 'expected: { state: "claimed" }, set: { state: "done" } };',
      },
    ],
    rules: ["effects-once", "owner-only"],
    faults: { lateArrival: 0.08, stall: 0.03 },
    bound: 400,
  },
  {
    name: "a claim whose lost answer counts as someone else's",
    edits: [
      { file: claiming, find: "if (seen.owner === claimant.owner) {", replace: 'if (seen.owner === "nobody") {' },
    ],
    rules: ["outcome-is-true", "nothing-lost", "claims-given-up"],
    bound: BOUND,
  },
  {
    name: "a takeover of a claim that is not over",
    edits: [
      { file: claiming, find: "return leaseUntil + CLOCK_SKEW_MS < now;", replace: "return leaseUntil - 2_000 < now;" },
    ],
    rules: ["owner-only", "one-handler-at-a-time"],
    bound: BOUND,
  },
  {
    name: "a takeover that does not look whether the event was completed meanwhile",
    edits: [
      {
        file: claiming,
        find: "const expected = { owner, leaseUntil, state };",
        replace: "const expected = { owner, leaseUntil };",
      },
      {
        file: claiming,
        find: "const { owner, leaseUntil, state } = seen;",
        replace: "const { owner, leaseUntil } = seen;",
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
        find: "return this.#keys.of(info.source, info.type, info.id);",
        replace:
          "return this.#keys.of(info.source, info.type, info.id + Math.floor(this.#settings.clock.now() / 1_000));",
      },
    ],
    rules: ["effects-once", "one-handler-at-a-time", "completion-recorded"],
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
        find: 'error: result.error, ...notBefore }, "none", tries);',
        replace: 'error: result.error, ...notBefore }, claimed ? "release" : "none", tries);',
      },
    ],
    rules: ["one-handler-at-a-time"],
    bound: 300,
  },
  {
    name: "a completion that is never written",
    edits: [{ file: executionAfter, find: 'claimed ? "complete" : "none"', replace: '"none"' }],
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
        find: 'if (claimed && guarantee === "at-most-once") {',
        replace:
          'if (claimed && guarantee === "at-most-once" && result.kind === "timedOut") { return executionOf(ready, { kind: "duplicate" }, "none", tries); } if (claimed && guarantee === "at-most-once") {',
      },
    ],
    rules: ["nothing-lost", "outcome-is-true"],
    bound: BOUND,
  },
  {
    name: "a start of unknown outcome that is acknowledged under at-most-once",
    edits: [
      {
        file: "lib/consume/claim/claims.ts",
        find: `{ kind: "deadLettered", error: outcomeUnknown() }, "leaveToLetter"`,
        replace: `{ kind: "duplicate" }, "none"`,
      },
    ],
    rules: ["outcome-is-true", "nothing-lost"],
    bound: BOUND,
  },
  {
    name: "acknowledging before the dead-letter queue has the message",
    edits: [
      {
        file: settlement,
        find: "const send = () => deadLetters.send(queueUrl, letter, settleDeadline(invocation, clock));",
        replace:
          "const send = async () => { deadLetters.send(queueUrl, letter, settleDeadline(invocation, clock)).catch(() => {}); };",
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
        find: "if (name !== FAILURE_ATTRIBUTE &&",
        replace: `if (name === "type" &&`,
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
        find: `      return this.#identify(delivery, read instanceof Promise ? await read : read);
    } catch (error) {`,
        replace: `      return this.#identify(delivery, read instanceof Promise ? await read : read);
    } catch (error) {
      if (error instanceof FanfareError && error.code === "BodyMalformed") throw error;`,
      },
    ],
    rules: ["outcome-is-true", "dead-letter-complete", "no-crash-of-ours"],
    bound: BOUND,
  },
  {
    name: "a last try that is left to SQS, without a reason",
    edits: [
      {
        file: "lib/consume/settle/due.ts",
        find: "(tries ?? delivery.receiveCount) >= most",
        replace: "(tries ?? delivery.receiveCount) > most",
      },
      {
        file: "lib/consume/settle/due.ts",
        find: "return isUsedUp || isLastReceive(limits, delivery) ?",
        replace: "return isUsedUp ?",
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
