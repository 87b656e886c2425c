import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import pc from "picocolors";
import { objectOf, parseJson } from "../../std/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { noteWrite } from "../ops/journal.ts";
import type { Surroundings } from "../ops/surroundings.ts";
import { readSession } from "../session/index.ts";

/** Options of `fanfare invoke`, as the command line passes them. */
export interface InvokeOptions {
  /** Asynchronously. */
  readonly event: boolean;
}

/** Who signs does not matter locally; what matters is the service in the scope. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=none";

/**
 * Calls a function of a running `fanfare dev` and prints its result as JSON.
 *
 * @throws CliError when nothing runs, there is no such function, the payload is no JSON, or the function fails
 */
export async function invoke(
  target: string,
  payload: string | undefined,
  options: InvokeOptions,
  surroundings: Pick<Surroundings, "directory" | "terminal" | "home">,
): Promise<void> {
  const { directory, terminal } = surroundings;
  const { endpoint } = readSession(directory);
  const body = payloadText(payload, directory);
  noteWrite(surroundings, { what: "invoke", where: "fanfare dev", function: target });
  const response = await fetch(`${endpoint}/2015-03-31/functions/${encodeURIComponent(target)}/invocations`, {
    method: "POST",
    headers: {
      authorization: AUTHORIZATION,
      "x-amz-invocation-type": options.event ? "Event" : "RequestResponse",
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) {
    const { message } = objectOf(parseJson(text));
    throw new CliError(typeof message === "string" ? message : text);
  }
  if (options.event) {
    terminal.out(`${pc.green("accepted")} by ${target}`);
    return;
  }
  terminal.out(JSON.stringify(parseJson(text), undefined, 2));
  if (response.headers.has("x-amz-function-error")) {
    throw new CliError(`the function ${target} failed`);
  }
}

/** The payload, or the content of `@file`. */
function payloadText(payload: string | undefined, directory: string): string {
  const text = payload?.startsWith("@") === true ? readPayload(resolve(directory, payload.slice(1))) : payload;
  if (text !== undefined && parseJson(text) === undefined) {
    throw new CliError(`the payload is not JSON: ${text.slice(0, 100)}`, { exitCode: EXIT.usage });
  }
  return text ?? "{}";
}

function readPayload(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`the file of the payload cannot be read: ${why}`, { exitCode: EXIT.usage, cause });
  }
}
