import { invalidParameter } from "./errors.ts";
import { SNS_LIMITS } from "./limits.ts";

/**
 * One page of a list, 100 items as SNS has it.
 *
 * @param token the NextToken of the page before: here simply the number of items already seen
 * @throws AwsError InvalidParameter for a token that no page had
 */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
): { page: Item[]; nextToken: string | undefined } {
  const start = token === undefined || token === "" ? 0 : Number(token);
  if (!Number.isSafeInteger(start) || start < 0) {
    throw invalidParameter("NextToken");
  }
  const end = start + SNS_LIMITS.listPage;
  return { page: items.slice(start, end), nextToken: end < items.length ? String(end) : undefined };
}
