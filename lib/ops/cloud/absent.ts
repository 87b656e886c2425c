import { describeError } from "../../errors/index.ts";

/** Codes of operations and services that an emulator does not have. */
const ABSENT =
  /Unsupported|NotImplemented|UnknownOperation|InvalidAction|UnrecognizedClient.*Service|UnknownService|NoSuchOperation/i;

const DENIED = /AccessDenied|Authori[sz]ation|Unauthorized|Forbidden|NotAuthorized|OptInRequired/i;

/** Whether the endpoint does not have the service or the operation, as emulators do, or answers in another protocol than was asked. */
function isAbsent(error: unknown): boolean {
  return matches(error, ABSENT) || statusOf(error) === 501 || error instanceof SyntaxError;
}

/** Whether the credentials may not do it, or there are none. */
export function isDenied(error: unknown): boolean {
  return matches(error, DENIED) || matches(error, /Credential|ExpiredToken|InvalidClientTokenId|SSO/i);
}

/** What a call returns, or `undefined` where the endpoint does not have it or the credentials may not ask. Other errors are thrown. */
export async function unlessAbsent<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAbsent(error) || isDenied(error)) {
      return undefined;
    }
    throw error;
  }
}

function matches(error: unknown, pattern: RegExp): boolean {
  const { name } = describeError(error);
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return pattern.test(name) || pattern.test(code);
}

function statusOf(error: unknown): number | undefined {
  const metadata = typeof error === "object" && error !== null && "$metadata" in error ? error.$metadata : undefined;
  return typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
    ? Number(metadata.httpStatusCode)
    : undefined;
}
