import { FanfareError } from "../errors/index.ts";

/** A bucket and the part of it under which payloads are. */
export interface PayloadLocation {
  readonly bucket: string;
  /** Beginning of the keys, without a leading slash; empty for the whole bucket. End it with a slash, or it takes in `orders2/`. */
  readonly prefix: string;
}

/** Reads `bucket/prefix`, or a comma-separated list of them. @throws FanfareError `ConfigurationInvalid` */
export function parseLocations(text: string, variable: string): readonly PayloadLocation[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const slash = part.indexOf("/");
      const bucket = slash === -1 ? part : part.slice(0, slash);
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
        throw new FanfareError("ConfigurationInvalid", `${variable} names "${bucket}", which cannot be a bucket`, {
          field: variable,
          remedy: "write bucket/prefix, several separated by commas: my-payloads/orders/",
        });
      }
      return { bucket, prefix: slash === -1 ? "" : part.slice(slash + 1) };
    });
}

/**
 * Whether an object is in one of the locations. A key that only looks like it (`orders2/` for `orders/`) is not, nor is one with
 * the segments `.` or `..`: S3 takes them literally, but endpoints and proxies on the way may resolve them.
 */
export function isWithin(locations: readonly PayloadLocation[], bucket: string, key: string): boolean {
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(key)) {
    return false;
  }
  return locations.some((location) => location.bucket === bucket && key.startsWith(location.prefix));
}
