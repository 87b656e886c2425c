import type { RestReply } from "../model/rest-xml.ts";
import { xmlText } from "../model/xml-writer.ts";

/** Adjustments to the engine's results that exist only over HTTP. */

/** The parameters with which a GetObject request, usually presigned, sets headers of its response, and the fields they set. */
const RESPONSE_OVERRIDES: readonly (readonly [string, string])[] = [
  ["ResponseCacheControl", "CacheControl"],
  ["ResponseContentDisposition", "ContentDisposition"],
  ["ResponseContentEncoding", "ContentEncoding"],
  ["ResponseContentLanguage", "ContentLanguage"],
  ["ResponseContentType", "ContentType"],
];

/** The output as it goes over HTTP. */
export function adaptOutput(operation: string, input: Record<string, unknown>, output: object): object {
  if (operation === "GetObject" || operation === "HeadObject") {
    const overrides = RESPONSE_OVERRIDES.filter(([parameter]) => input[parameter] !== undefined);
    return { ...output, ...Object.fromEntries(overrides.map(([parameter, field]) => [field, input[parameter]])) };
  }
  return output;
}

/** The response as S3 sends it where that differs from its model. */
export function adaptReply(operation: string, output: object, reply: RestReply, namespace: string): RestReply {
  if (operation === "GetBucketLocation") {
    // The model has an element inside this one; S3 writes the region straight into it, and boto3 expects that.
    const region = "LocationConstraint" in output ? String(output.LocationConstraint ?? "") : "";
    const document = xmlText("LocationConstraint", region).replace("<LocationConstraint", `$& xmlns="${namespace}"`);
    return { ...reply, body: `<?xml version="1.0" encoding="UTF-8"?>\n${document}` };
  }
  if (operation === "GetBucketPolicy") {
    return { ...reply, headers: { ...reply.headers, "content-type": "application/json" } };
  }
  return reply;
}
