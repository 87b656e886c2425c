import { invalidParameter, missingParameter } from "./errors.ts";

/** A required argument; an empty string counts as missing. */
export function required<T>(parameter: string, value: T | undefined | null): T {
  if (value === undefined || value === null || value === "") {
    throw missingParameter(parameter);
  }
  return value;
}

/** An integer within a range, or `undefined` when it was not given. Throws `InvalidParameterValue`. */
export function optionalInteger(
  parameter: string,
  value: number | undefined,
  minimum: number,
  maximum: number,
  reason = `Must be >= ${minimum} and <= ${maximum}, if provided.`,
): number | undefined {
  if (value !== undefined && (!Number.isInteger(value) || value < minimum || value > maximum)) {
    throw invalidParameter(parameter, value, reason);
  }
  return value;
}

/** One page of a sorted list. The token is the name of the last item of the page before. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  options: { nextToken: string | undefined; maxResults: number | undefined; defaultResults: number },
): { items: T[]; nextToken: string | undefined } {
  const after = options.nextToken === undefined ? undefined : decodeToken(options.nextToken);
  const rest = after === undefined ? [...items] : items.filter((item) => keyOf(item) > after);
  const size = options.maxResults ?? options.defaultResults;
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  // AWS gives a token only to callers that ask for pages (API: ListQueues).
  const more = options.maxResults !== undefined && rest.length > size && last !== undefined;
  return { items: shown, nextToken: more ? Buffer.from(`after:${keyOf(last)}`).toString("base64url") : undefined };
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (!text.startsWith("after:")) {
    throw invalidParameter("NextToken", token, "It is not a token of an earlier response.");
  }
  return text.slice("after:".length);
}
