import { isJsonObject, type JsonObject, parseJson } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import { compilePattern } from "../pollers/index.ts";

/** Compiles an event pattern. @throws LocalError `MappingInvalid`, `TemplateInvalid` for one that EventBridge would refuse */
export function checkPattern(text: string): (event: JsonObject) => boolean {
  const pattern = parseJson(text);
  if (!isJsonObject(pattern)) {
    throw new LocalError("TemplateInvalid", `the event pattern is not a JSON object: ${text}`);
  }
  return compilePattern(pattern);
}
