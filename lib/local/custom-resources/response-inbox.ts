import { randomUUID } from "node:crypto";
import { type Json, parseJson } from "../../std/index.ts";

/** Where functions send their responses, below the address of the server. */
export const RESPONSES_PATH = "/_fanfare/responses/";

/** Responses that are awaited. */
export class ResponseInbox {
  readonly #awaited = new Map<string, (response: Json | undefined) => void>();

  /** Opens an address for one response. */
  open(): { readonly path: string; readonly response: Promise<Json | undefined>; close(): void } {
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<Json | undefined>();
    this.#awaited.set(id, resolve);
    return { path: RESPONSES_PATH + id, response: promise, close: () => this.#awaited.delete(id) };
  }

  /** Takes a response. Returns whether anybody awaits it. */
  take(id: string, body: string): boolean {
    const resolve = this.#awaited.get(id);
    this.#awaited.delete(id);
    resolve?.(parseJson(body));
    return resolve !== undefined;
  }
}
