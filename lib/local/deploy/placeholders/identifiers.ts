import { createHash } from "node:crypto";

/** Digits and lower-case letters: the alphabet of ids such as those of API Gateway. */
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** An id in hexadecimal digits that is always the same for the same seed. */
export function hexId(seed: string, length: number): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, length);
}

/** An id in lower-case letters and digits that is always the same for the same seed. It starts with a letter. */
export function wordId(seed: string, length: number): string {
  const bytes = createHash("sha512").update(seed).digest();
  return Array.from({ length }, (_, index) => {
    const choices = index === 0 ? 26 : ALPHABET.length;
    return ALPHABET.charAt((bytes[index % bytes.length] ?? 0) % choices);
  }).join("");
}

/** An id in the form of a UUID that is always the same for the same seed. */
export function uuidOf(seed: string): string {
  const hex = hexId(seed, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
