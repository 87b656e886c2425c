import { createHash } from "node:crypto";
import { AwsError, type CallContext } from "../../kernel/index.ts";
import { constraint } from "../errors.ts";
import type { DynamoDbState } from "../state.ts";

/** Source: API Reference, `TransactWriteItems`. */
const MAX_TOKEN_CHARACTERS = 36;

/**
 * Does a transaction once for each client request token. A transaction that failed is not remembered.
 *
 * @param request what has to be the same when the token comes again
 * @param work does it
 * @param again what is returned in place of doing it again
 * @throws AwsError `IdempotentParameterMismatchException` for another request with the same token
 */
export function once<R>(
  state: DynamoDbState,
  context: CallContext,
  { token, request, work, again }: { token: string | undefined; request: unknown; work: () => R; again: () => R },
): R {
  if (token === undefined) {
    return work();
  }
  if (token.length < 1 || token.length > MAX_TOKEN_CHARACTERS) {
    const rule = token === "" ? "greater than or equal to 1" : `less than or equal to ${MAX_TOKEN_CHARACTERS}`;
    throw constraint("clientRequestToken", token, `have length ${rule}`);
  }
  const key = `${context.accountId} ${context.region} ${token}`;
  const hash = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  const recorded = state.requests.get(key);
  if (recorded !== undefined) {
    if (recorded.hash !== hash) {
      throw new AwsError(
        "IdempotentParameterMismatchException",
        "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.",
      );
    }
    return again();
  }
  const result = work();
  state.requests.set(key, { hash, at: state.now() });
  return result;
}
