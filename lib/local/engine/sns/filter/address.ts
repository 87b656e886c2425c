import { isIP } from "node:net";
import { FilterPolicyError } from "./error.ts";
import type { AddressRange } from "./types.ts";

/**
 * The number behind an IPv4 or IPv6 address in text form.
 *
 * @returns undefined when the text is no IP address
 */
export function parseAddress(text: string): { bits: 32 | 128; value: bigint } | undefined {
  const family = isIP(text);
  if (family === 4) {
    return { bits: 32, value: fromGroups(text.split("."), 10, 8n) };
  }
  if (family === 6 && !text.includes("%")) {
    return { bits: 128, value: fromGroups(expand(text), 16, 16n) };
  }
  return undefined;
}

/**
 * Parses CIDR notation such as `10.0.0.0/24` or `2001:db8::/32`.
 *
 * @throws FilterPolicyError as SNS words it
 */
export function parseCidr(text: string): AddressRange {
  const [addressText, maskText, ...rest] = text.split("/");
  if (addressText === undefined || maskText === undefined || rest.length > 0) {
    throw new FilterPolicyError("Malformed CIDR, one '/' required");
  }
  if (!/^\d+$/.test(maskText)) {
    throw new FilterPolicyError("Malformed CIDR, mask bits must be an integer");
  }
  const address = parseAddress(addressText);
  if (address === undefined) {
    throw new FilterPolicyError(`Nonstandard IP address: ${addressText}`);
  }
  const mask = Number(maskText);
  if (mask > address.bits) {
    throw new FilterPolicyError(`Malformed CIDR, mask bits must be between 0 and ${address.bits}, not ${mask}`);
  }
  const size = 1n << BigInt(address.bits - mask);
  const first = (address.value / size) * size;
  return { bits: address.bits, first, last: first + size - 1n };
}

function fromGroups(groups: readonly string[], radix: 10 | 16, bits: bigint): bigint {
  let value = 0n;
  for (const group of groups) {
    value = (value << bits) | BigInt(Number.parseInt(group, radix));
  }
  return value;
}

/** The eight groups of an IPv6 address: `::` filled up, a dotted tail turned into two groups. */
function expand(text: string): string[] {
  const [head = "", tail] = text.split("::");
  const before = toGroups(head);
  if (tail === undefined) {
    return before;
  }
  const after = toGroups(tail);
  return [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
}

function toGroups(text: string): string[] {
  if (text === "") {
    return [];
  }
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) {
      return [group];
    }
    const value = Number(fromGroups(group.split("."), 10, 8n));
    return [Math.floor(value / 65_536).toString(16), (value % 65_536).toString(16)];
  });
}
