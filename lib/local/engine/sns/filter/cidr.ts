import { addressBits, addressRange } from "../../kernel/index.ts";
import { FilterPolicyError } from "./error.ts";
import type { AddressRange } from "./types.ts";

/**
 * Parses CIDR notation such as `10.0.0.0/24` or `2001:db8::/32`.
 *
 * @throws FilterPolicyError as SNS words it
 */
export function parseCidr(text: string): AddressRange {
  const [address, maskText, ...rest] = text.split("/");
  if (address === undefined || maskText === undefined || rest.length > 0) {
    throw new FilterPolicyError("Malformed CIDR, one '/' required");
  }
  if (!/^\d+$/.test(maskText)) {
    throw new FilterPolicyError("Malformed CIDR, mask bits must be an integer");
  }
  const bits = addressBits(address);
  if (bits === undefined) {
    throw new FilterPolicyError(`Nonstandard IP address: ${address}`);
  }
  const mask = Number(maskText);
  if (mask > bits) {
    throw new FilterPolicyError(`Malformed CIDR, mask bits must be between 0 and ${bits}, not ${mask}`);
  }
  return addressRange(address, mask);
}
