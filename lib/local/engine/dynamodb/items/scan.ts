import { constraint, validation } from "../errors.ts";
import { readExpressions } from "../expressions/index.ts";
import { HASH_RANGE } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import { checkItem } from "../values/index.ts";
import { refuseLegacy } from "./legacy.ts";
import { readPage } from "./page.ts";
import { checkLimit, respond } from "./query.ts";
import { checkProjected, sourceOf, startOf } from "./source.ts";

/** Source: API Reference, `Scan`. */
const MAX_SEGMENTS = 1_000_000;

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export const scan: DynamoDbHandler<"Scan"> = (state, context, input) => {
  refuseLegacy(input);
  checkLimit(input.Limit);
  const range = segmentOf(input);
  const { filter, projection } = readExpressions(input);
  const table = state.require(context, input.TableName);
  const source = sourceOf(table, input);
  checkProjected(source, projection);
  const start = startOf(source, input.ExclusiveStartKey && checkItem(input.ExclusiveStartKey));
  const entries = source.collection.scan(range, start);
  const page = readPage({ source, entries, filter, projection, limit: input.Limit, select: input.Select });
  return respond(source, input, page);
};

/** The hashes of a segment's partitions. */
function segmentOf({ Segment, TotalSegments }: { Segment?: number | undefined; TotalSegments?: number | undefined }) {
  if (Segment === undefined && TotalSegments === undefined) {
    return { from: 0, to: HASH_RANGE };
  }
  if (TotalSegments === undefined || Segment === undefined) {
    const [missing, given] = Segment === undefined ? ["Segment", "TotalSegments"] : ["TotalSegments", "Segment"];
    throw validation(
      `The ${missing} parameter is required but was not present in the request when ${given === "Segment" ? "Segment parameter" : `parameter ${given}`} is present`,
    );
  }
  if (TotalSegments < 1 || TotalSegments > MAX_SEGMENTS) {
    const rule = TotalSegments < 1 ? "greater than or equal to 1" : `less than or equal to ${MAX_SEGMENTS}`;
    throw constraint("totalSegments", TotalSegments, `have value ${rule}`);
  }
  if (Segment < 0) {
    throw constraint("segment", Segment, "have value greater than or equal to 0");
  }
  if (Segment >= TotalSegments) {
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  }
  const border = (segment: number) => Math.floor((segment * HASH_RANGE) / TotalSegments);
  return { from: border(Segment), to: border(Segment + 1) };
}
