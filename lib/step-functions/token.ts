import { isJsonObject } from "../std/index.ts";
import { unwrapBody } from "../wire/index.ts";

/** The CloudEvents extension with the task token, which the constructs write. */
const EXTENSION = "tasktoken";

/** The task token in the envelope of a message; `undefined` if there is none. */
export function tokenIn(body: string): string | undefined {
  const { json } = unwrapBody(body);
  const token = isJsonObject(json) ? json[EXTENSION] : undefined;
  return typeof token === "string" && token !== "" ? token : undefined;
}
