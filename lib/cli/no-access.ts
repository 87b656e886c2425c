import { describeError } from "../errors/index.ts";
import { isDenied } from "../ops/index.ts";
import { CliError, EXIT } from "./cli-error.ts";

/** Codes of connections that were never made. Source: Node.js, "Common system errors". */
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/;

/**
 * What to do about an error that kept a command from reaching AWS or an emulator: no Region, no credentials, no permission, no
 * connection. The exit code is 3. Returns `undefined` for other errors.
 */
export function noAccess(error: unknown): CliError | undefined {
  const remedy = error instanceof CliError ? undefined : remedyFor(error);
  return remedy === undefined
    ? undefined
    : new CliError(`${describeError(error).message} (${remedy})`, { exitCode: EXIT.noAccess, cause: error });
}

function remedyFor(error: unknown): string | undefined {
  if (/^Region is missing/.test(describeError(error).message)) {
    return "start `fanfare dev` in this folder, or give --region, --profile or --endpoint-url";
  }
  if (isDenied(error)) {
    return "check --profile and --region, and what the role may do";
  }
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return UNREACHABLE.test(code)
    ? "check --endpoint-url and --region: there is no response from that address"
    : undefined;
}
