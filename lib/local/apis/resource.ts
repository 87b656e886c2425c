import type { JsonObject } from "../../std/index.ts";

/** A deployed resource, as far as APIs are concerned. */
export interface ApiResource {
  readonly type: string;
  /** `Stack/LogicalId`, for messages. */
  readonly title: string;
  readonly physicalId: string;
  /** Resolved properties. */
  readonly values: JsonObject;
  readonly accountId: string;
}

/** Tells what an API has on AWS and not here. */
export type LeaveOut = (what: string, meaning: string, title: string) => void;
