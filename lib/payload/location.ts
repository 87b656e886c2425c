import { FanfareError } from "../errors/index.ts";

/** The location of payloads: a bucket and a key prefix. */
export interface PayloadLocation {
  readonly bucket: string;
  /** The folder of the keys, without a leading slash: `orders/`, and `orders` is the same. Empty for the whole bucket. */
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
        throw new FanfareError(
          "ConfigurationInvalid",
          `${variable} names "${bucket}", which is not a valid bucket name`,
          {
            field: variable,
            remedy: "use bucket/prefix, separated by commas if there are several: my-payloads/orders/",
          },
        );
      }
      return { bucket, prefix: folderOf(slash === -1 ? "" : part.slice(slash + 1)) };
    });
}

/** A prefix that ends with a slash: without it, `orders` would include a neighbour's `orders-2/`. */
export function folderOf(prefix: string): string {
  return prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
}

/**
 * Whether an object is in one of the locations. A key with a segment `.` or `..` is in none: S3 takes such segments literally, but
 * endpoints and proxies may resolve them.
 */
export function isWithin(locations: readonly PayloadLocation[], bucket: string, key: string): boolean {
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(key)) {
    return false;
  }
  return locations.some((location) => location.bucket === bucket && key.startsWith(folderOf(location.prefix)));
}
