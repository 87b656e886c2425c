import { setTimeout as delay } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import { counts, totalIn } from "./sqs/counts.ts";
import type { World } from "./world.ts";

/** Milliseconds that a topic has to deliver. */
const DEADLINE_MS = 5_000;

const PAUSE_MS = 5;

/**
 * Waits until a topic has delivered: LocalStack does it after its answer. Then the queues of both hold as many messages;
 * if they never do, that is a difference.
 *
 * @returns the messages in every queue of the sequence, on both sides
 */
export async function settle(ours: World, theirs: World): Promise<[Answer, Answer]> {
  const queues = [...ours.queues];
  const expected = await totals(ours, queues);
  const calls = theirs.calls;
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const seen = await totals(theirs, queues);
    theirs.calls = calls;
    const isDone = expected.every((count, index) => count === seen[index]);
    const isTooMuch = expected.some((count, index) => count < (seen[index] ?? 0));
    if (isDone || isTooMuch || Date.now() > deadline) {
      return [{ ok: expected }, { ok: seen }];
    }
    await delay(PAUSE_MS);
  }
}

function totals(world: World, queues: readonly string[]): Promise<number[]> {
  return Promise.all(queues.map(async (queue) => totalIn(await counts(world, queue))));
}
