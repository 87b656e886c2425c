import type { TraceFact, TraceSource } from "../../ops/index.ts";
import { parseJson } from "../../std/index.ts";
import { CliError } from "../cli-error.ts";

/**
 * What a running `fanfare dev` has recorded.
 *
 * @param url of its session
 */
export function sessionTraces(url: string): TraceSource {
  return async (id, signal = new AbortController().signal) => {
    let body: unknown;
    try {
      const response = await fetch(`${url}?${new URLSearchParams({ id })}`, { signal });
      body = response.ok ? parseJson(await response.text()) : undefined;
    } catch (error) {
      throw new CliError("the `fanfare dev` of this folder does not respond: start it again", { cause: error });
    }
    if (!Array.isArray(body)) {
      throw new CliError("the `fanfare dev` of this folder is of another version: start it again");
    }
    return {
      // Written by the same version of this package.
      facts: body as readonly TraceFact[],
      looked: ["what `fanfare dev` has recorded since it was started"],
      notes: [],
    };
  };
}
