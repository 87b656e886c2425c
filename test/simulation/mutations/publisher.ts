import type { Mutation } from "./mutation.ts";

const transport = "lib/publish/sns-transport.ts";

/** Planted faults of the publisher that show at the topic. */
export const publisherMutations: readonly Mutation[] = [
  {
    name: "a fresh FIFO deduplication id per try",
    edits: [
      {
        file: transport,
        find: "MessageDeduplicationId: message.deduplicationId",
        replace: 'MessageDeduplicationId: [message.deduplicationId, clock.random()].join("-")',
      },
    ],
    rules: ["published-once"],
    bound: 100,
  },
  {
    name: "a publisher that never tries again",
    edits: [
      {
        file: "lib/publish/send-buffer.ts",
        find: "number === this.#options.maxAttempts ||",
        replace: "number >= 1 ||",
      },
    ],
    rules: ["publish-is-true"],
    bound: 100,
  },
];
