import { randomUUID } from "node:crypto";
import { isJsonObject, type Json, type JsonObject, objectOf, parseJson } from "../../../std/index.ts";
import { AwsError, type CallContext } from "../../engine/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { headerOf, type Service } from "./service.ts";
import { jsonError, unsupportedOperation } from "./unsupported.ts";

/** Most entries of a call. Source: EventBridge API Reference, "PutEvents". */
const MAX_ENTRIES = 10;

/** Gets the events that are put, with the bus: its name or its ARN. */
export type PutEvent = (event: JsonObject, bus: string | undefined) => Promise<void>;

type EntryResult = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** As much of EventBridge's API as functions use: `PutEvents`. */
export function eventsService(put: PutEvent): Service {
  return {
    name: "events",
    async handle(request) {
      const operation = headerOf(request.incoming, "x-amz-target")?.replace(/^.*\./, "") ?? "";
      request.operation = operation;
      if (operation !== "PutEvents") {
        throw unsupportedOperation("EventBridge", operation, ["PutEvents"], {
          code: "UnsupportedOperation",
          statusCode: 501,
        });
      }
      const text = Buffer.from(await readBody(request.incoming, BODY_LIMITS.message)).toString("utf8");
      const { Entries } = objectOf(parseJson(text));
      const entries: readonly Json[] = Array.isArray(Entries) ? Entries : [];
      if (entries.length === 0 || entries.length > MAX_ENTRIES) {
        throw new AwsError(
          "ValidationException",
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to ${MAX_ENTRIES}`,
        );
      }
      const results: EntryResult[] = [];
      for (const entry of entries) {
        results.push(await putEntry(put, objectOf(entry), request.context));
      }
      const FailedEntryCount = results.filter((result) => "ErrorCode" in result).length;
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": request.id },
        body: JSON.stringify({ FailedEntryCount, Entries: results }),
      };
    },
    fail: (error, request) => jsonError(error, request),
  };
}

async function putEntry(put: PutEvent, entry: JsonObject, { region, accountId }: CallContext): Promise<EntryResult> {
  for (const name of ["Source", "DetailType", "Detail"]) {
    if (typeof entry[name] !== "string" || entry[name] === "") {
      return {
        ErrorCode: "InvalidArgument",
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  const detail = parseJson(String(entry.Detail));
  if (!isJsonObject(detail)) {
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  }
  const time = typeof entry.Time === "number" ? entry.Time * 1_000 : Date.now();
  const id = randomUUID();
  const event: JsonObject = {
    version: "0",
    id,
    "detail-type": entry.DetailType ?? "",
    source: entry.Source ?? "",
    account: accountId,
    time: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: entry.Resources ?? [],
    detail,
  };
  await put(event, typeof entry.EventBusName === "string" ? entry.EventBusName : undefined);
  return { EventId: id };
}
