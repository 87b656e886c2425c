/** Runs the tasks of one lane one after another, in the order in which they are given. Lanes run side by side. */
export class Lanes {
  /** The end of each lane's last task, whether it succeeds or fails. */
  readonly #ends = new Map<string, Promise<unknown>>();

  /** Lanes that have a task. */
  get size(): number {
    return this.#ends.size;
  }

  /** Resolves or rejects as the task does. A task that fails does not stop those behind it. */
  run<Result>(lane: string, task: () => Promise<Result>): Promise<Result> {
    const running = (this.#ends.get(lane) ?? Promise.resolve()).then(task);
    const end = Promise.allSettled([running]).then(() => {
      if (this.#ends.get(lane) === end) {
        this.#ends.delete(lane);
      }
    });
    this.#ends.set(lane, end);
    return running;
  }
}
