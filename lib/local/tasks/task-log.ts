/** Where a task is. */
export interface TaskPlace {
  readonly region: string;
  readonly accountId: string;
}

/** How a task of Step Functions was answered. */
export type TaskResponse = TaskPlace & { readonly token: string } & (
    | { readonly result: "succeeded"; readonly output: unknown }
    | { readonly result: "failed"; readonly error: string; readonly cause: string }
  );

/**
 * The responses to tasks of Step Functions. No state machine runs here, so each token is taken for one whose task waits, until it has
 * its response.
 */
export class TaskLog {
  readonly #responses = new Map<string, TaskResponse>();
  readonly #heartbeats = new Map<string, number>();
  readonly #onResponse: ((response: TaskResponse) => void) | undefined;

  constructor(onResponse?: (response: TaskResponse) => void) {
    this.#onResponse = onResponse;
  }

  /** In the order in which they came. */
  get responses(): readonly TaskResponse[] {
    return [...this.#responses.values()];
  }

  /** How often a task was said to be alive. */
  heartbeats(token: string): number {
    return this.#heartbeats.get(token) ?? 0;
  }

  /** Whether a task has its response, so that no other is taken. */
  isOver(token: string): boolean {
    return this.#responses.has(token);
  }

  add(response: TaskResponse): void {
    this.#responses.set(response.token, response);
    this.#onResponse?.(response);
  }

  addHeartbeat(token: string): void {
    this.#heartbeats.set(token, this.heartbeats(token) + 1);
  }
}
