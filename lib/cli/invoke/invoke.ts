import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import pc from "picocolors";
import { functionNamed, invokeFunction } from "../../ops/index.ts";
import { objectOf, parseJson } from "../../std/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { confirmWrite } from "../ops/confirm.ts";
import { connectTo, isPlaceGiven } from "../ops/connect.ts";
import { noteWrite } from "../ops/journal.ts";
import { waitingFor } from "../ops/progress.ts";
import type { PlaceOptions, Surroundings, WriteOptions } from "../ops/surroundings.ts";
import { readSession } from "../session/index.ts";

/** Options of `fanfare invoke`, as the command line passes them. */
export interface InvokeOptions extends PlaceOptions, WriteOptions {
  /** Asynchronously. */
  readonly event: boolean;
  readonly json?: boolean | undefined;
}

/** What a function returned. */
interface Reply {
  /** JSON. */
  readonly payload: string;
  readonly failed: boolean;
}

/** Who signs does not matter locally; what matters is the service in the scope. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=none";

/**
 * Invokes a function of the running `fanfare dev`, or of another place after a confirmation, and prints its result as JSON.
 *
 * @throws CliError when nothing runs, there is no such function, the payload is not JSON, or the function fails
 */
export async function invoke(
  target: string,
  payload: string | undefined,
  options: InvokeOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { directory, terminal } = surroundings;
  const body = payloadText(payload, directory);
  const reply = isPlaceGiven(options)
    ? await invokeElsewhere(target, body, options, surroundings)
    : await invokeInDev(target, body, options, surroundings);
  if (options.event) {
    terminal.out(options.json === true ? JSON.stringify({ accepted: true }) : `${pc.green("accepted")} by ${target}`);
    return;
  }
  terminal.out(JSON.stringify(parseJson(reply.payload), undefined, options.json === true ? undefined : 2));
  if (reply.failed) {
    throw new CliError(`the function ${target} failed`);
  }
}

/** What a function does is not known here, so an invocation is confirmed like a write. */
async function invokeElsewhere(
  target: string,
  payload: string,
  options: InvokeOptions,
  surroundings: Surroundings,
): Promise<Reply> {
  const { cloud, title, fleet } = connectTo(options, surroundings);
  const name = target.startsWith("arn:") ? target : functionNamed(await fleet(), target);
  const { terminal, signal } = surroundings;
  const what = `invoke ${name}`;
  terminal.err(`${what} (${title}), with ${Buffer.byteLength(payload)} bytes`);
  await confirmWrite({ name, kind: "function", count: 1, what }, options, surroundings);
  noteWrite(surroundings, { what: "invoke", where: title, function: name });
  const call = { payload, asynchronous: options.event, signal };
  return await waitingFor(surroundings, `waiting for ${name}`, () => invokeFunction(cloud, name, call));
}

async function invokeInDev(
  target: string,
  body: string,
  options: InvokeOptions,
  surroundings: Surroundings,
): Promise<Reply> {
  const { endpoint } = readSession(surroundings.directory);
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
  return { payload: text, failed: response.headers.has("x-amz-function-error") };
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
