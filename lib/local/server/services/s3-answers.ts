/** Adjustments to the engine's answers that exist only over HTTP. */

/** The parameters by which a (mostly presigned) GetObject sets headers of its own answer, and the fields they set. */
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
