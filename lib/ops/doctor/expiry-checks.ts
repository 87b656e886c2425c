import { type Cloud, mapLimited } from "../cloud/index.ts";
import { type Fleet, type FleetSnapshot, queueTime, unlessDeleted } from "../fleet/index.ts";
import { LetterLease } from "../letters/index.ts";
import type { Finding } from "./types.ts";

/** Share of its retention at which a dead letter is about to be lost. */
const ABOUT_TO_EXPIRE = 0.8;

/** Seconds for which the letters that are looked at stay hidden if this process disappears. */
const LEASE_SECONDS = 30;

/**
 * Dead letters that are about to be lost: by CloudWatch, and where it knows no age, by a look at up to ten letters, which are given back.
 * SQS deletes by the time when a message was sent.
 */
export async function checkExpiry(
  cloud: Cloud,
  { subscribers }: Fleet,
  snapshot: FleetSnapshot,
): Promise<readonly Finding[]> {
  const findings = await mapLimited(subscribers, async (subscriber): Promise<Finding[]> => {
    const { name, deadLetterQueue: queue } = subscriber;
    const status = snapshot.subscribers.find((each) => each.name === name);
    const { visible = 0 } = status?.deadLetters ?? {};
    if (queue === undefined || status === undefined || visible === 0) {
      return [];
    }
    const lease = new LetterLease(cloud, { subscriber, queue, kind: "processing" }, LEASE_SECONDS);
    const age = status.oldestDeadLetterSeconds ?? (await unlessDeleted(() => oldestSeconds(cloud, lease, queue)));
    if (age === undefined || age < queue.retentionSeconds * ABOUT_TO_EXPIRE) {
      return [];
    }
    const hours = Math.max(0, Math.floor((queue.retentionSeconds - age) / 3_600));
    return [
      {
        severity: "error",
        subscriber: name,
        message: `dead letters of ${queue.name} expire in ${hours} hours, and are then lost`,
        fix: `fanfare dlq redrive ${name} --all, or fanfare dlq archive ${name} --all`,
      },
    ];
  });
  return findings.flat();
}

async function oldestSeconds(
  cloud: Cloud,
  lease: LetterLease,
  queue: Parameters<typeof queueTime>[1],
): Promise<number | undefined> {
  try {
    const letters = await lease.take();
    const now = (await queueTime(cloud, queue)) ?? Date.now();
    return letters.length === 0 ? undefined : (now - Math.min(...letters.map(({ sentAt }) => sentAt))) / 1_000;
  } finally {
    await lease.giveBack();
  }
}
