import type { Answer, Operation } from "./operation.ts";

/** An answer as text that is the same for answers that mean the same. */
export function canonical({ name }: Operation, answer: Answer): string {
  if (answer.status === "failed") {
    return `failed: ${answer.error}`;
  }
  return JSON.stringify(sorted(name === "Scan" ? "Items" : undefined, answer.output));
}

/** Keys in order, sets in order, bytes as base64; empty lists and maps of the top count as absent. */
function sorted(unordered: string | undefined, value: unknown, key = ""): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString("base64");
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(undefined, item));
    const isUnordered = key === unordered || ["SS", "NS", "BS", "items"].includes(key);
    return isUnordered ? items.map((item) => JSON.stringify(item)).sort() : items;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value)
    .filter(([name, each]) => each !== undefined && name !== "Message" && !isEmptyRest(name, each))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(unordered, each, name)]));
}

function isEmptyRest(name: string, value: unknown): boolean {
  const isOptional = ["UnprocessedItems", "UnprocessedKeys", "ItemCollectionMetrics", "Items", "Responses"].includes(
    name,
  );
  return isOptional && typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
