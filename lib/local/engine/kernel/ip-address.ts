import { BlockList, isIP } from "node:net";

/** The length of an IP address in bits; undefined when the string is not an IP address. Zone ids (`%eth0`) are refused. */
export function addressBits(text: string): 32 | 128 | undefined {
  switch (text.includes("%") ? 0 : isIP(text)) {
    case 4:
      return 32;
    case 6:
      return 128;
    default:
      return undefined;
  }
}

/** Tells whether an address shares the first `prefix` bits with `network`, an IP address. IPv4 and IPv6 do not mix. */
export function addressRange(network: string, prefix: number): (text: string) => boolean {
  const bits = addressBits(network);
  const family = bits === 32 ? "ipv4" : "ipv6";
  const range = new BlockList();
  range.addSubnet(network, prefix, family);
  return (text) => addressBits(text) === bits && range.check(text, family);
}
