import { Queue } from "../../../../std/index.ts";
import type { StoredMessage } from "./message.ts";
import type { MessageIndex } from "./message-index.ts";

/** One message group: everything of it that is in the queue, in order. May hold messages that have left. */
interface Group {
  readonly id: string;
  readonly messages: Queue<StoredMessage>;
  /** Messages that have not left. */
  live: number;
  /** Whether the group stands in the rotation. */
  queued: boolean;
}

/**
 * FIFO queues ("FIFO queue delivery logic" of the Developer Guide): order within a group; a message that is delayed
 * or in flight holds back everything after it in its group; a receive takes as many messages of a group as it may
 * before it turns to the next group. Groups take turns: one that was served goes to the end of the rotation.
 */
export class FifoIndex implements MessageIndex {
  readonly #groups = new Map<string, Group>();
  #rotation = new Queue<Group>();

  entered(message: StoredMessage): void {
    const id = message.groupId ?? "";
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { id, messages: new Queue(), live: 0, queued: false };
      this.#groups.set(id, group);
    }
    group.messages.push(message);
    group.live++;
    this.#refresh(group);
  }

  released(message: StoredMessage): void {
    const group = this.#groups.get(message.groupId ?? "");
    if (group !== undefined) {
      this.#refresh(group);
    }
  }

  taken(_message: StoredMessage): void {
    // The state of the message holds its group back.
  }

  landed(_message: StoredMessage): void {
    // The call that follows looks at the group.
  }

  left(message: StoredMessage): void {
    const group = this.#groups.get(message.groupId ?? "");
    if (group !== undefined) {
      group.live--;
      this.#refresh(group);
    }
  }

  select(limit: number, accept: (message: StoredMessage) => boolean): void {
    let remaining = limit;
    const served: Group[] = [];
    while (remaining > 0) {
      const group = this.#rotation.shift();
      if (group === undefined) {
        break;
      }
      // It stays marked as queued until it is served, so that what `accept` does to it cannot put it in twice.
      remaining -= this.#serve(group, remaining, accept);
      served.push(group);
    }
    for (const group of served) {
      group.queued = false;
      this.#refresh(group);
    }
  }

  peek(): StoredMessage | undefined {
    for (let group = this.#rotation.at(0); group !== undefined; group = this.#rotation.at(0)) {
      const first = firstLive(group);
      if (first?.state === "ready") {
        return first;
      }
      this.#rotation.shift();
      group.queued = false;
      this.#refresh(group);
    }
    return undefined;
  }

  clear(): void {
    this.#groups.clear();
    this.#rotation = new Queue();
  }

  /** The group ids in the order of the rotation, for snapshots. */
  rotation(): string[] {
    return Array.from(this.#rotation, (group) => group.id);
  }

  /** Puts the rotation into the order of a snapshot; groups that it does not name come last. */
  arrange(order: readonly string[]): void {
    const current = [...this.#rotation];
    const rank = new Map(order.map((id, place) => [id, place]));
    current.sort((left, right) => (rank.get(left.id) ?? order.length) - (rank.get(right.id) ?? order.length));
    this.#rotation = new Queue();
    for (const group of current) {
      this.#rotation.push(group);
    }
  }

  /** Offers the front of the group up to the first message that cannot be received. How many were accepted. */
  #serve(group: Group, limit: number, accept: (message: StoredMessage) => boolean): number {
    let accepted = 0;
    for (let place = 0; accepted < limit; place++) {
      const message = group.messages.at(place);
      if (message === undefined) {
        break;
      }
      if (message.state === "gone") {
        continue;
      }
      if (message.state !== "ready") {
        break;
      }
      if (accept(message)) {
        accepted++;
      }
    }
    return accepted;
  }

  /** Puts the group into the rotation when its first message can be received and it is not there yet. */
  #refresh(group: Group): void {
    if (group.queued) {
      return;
    }
    if (group.live === 0) {
      this.#groups.delete(group.id);
      return;
    }
    if (firstLive(group)?.state === "ready") {
      group.queued = true;
      this.#rotation.push(group);
    }
  }
}

/** The first message of the group that is still there; drops those that have left. */
function firstLive(group: Group): StoredMessage | undefined {
  while (group.messages.at(0)?.state === "gone") {
    group.messages.shift();
  }
  return group.messages.at(0);
}
