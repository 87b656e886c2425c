import { isJsonObject, objectOf, parseJson } from "../../std/index.ts";
import type { DeadLetterTarget } from "../fleet/index.ts";
import { interpreted, type Letter, type LetterAttribute } from "../letters/index.ts";

/** A letter as a line of an archive, whole: it can be restored. */
export function lineOf({ messageId, body, attributes, group, sentAt }: Letter): string {
  const encoded = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    { DataType, StringValue, BinaryValue: BinaryValue && Buffer.from(BinaryValue).toString("base64") },
  ]);
  return JSON.stringify({ messageId, sentAt, group, attributes: Object.fromEntries(encoded), body });
}

/** @returns undefined for a line that is no letter, such as one that was torn */
export function readLine(line: string, kind: DeadLetterTarget["kind"]): Letter | undefined {
  const given = parseJson(line);
  if (!isJsonObject(given) || typeof given.messageId !== "string" || typeof given.body !== "string") {
    return undefined;
  }
  const attributes: Record<string, LetterAttribute> = {};
  for (const [name, attribute] of Object.entries(objectOf(given.attributes))) {
    const { DataType, StringValue, BinaryValue } = objectOf(attribute);
    if (typeof DataType === "string") {
      attributes[name] = {
        DataType,
        ...(typeof StringValue === "string" ? { StringValue } : {}),
        ...(typeof BinaryValue === "string" ? { BinaryValue: Buffer.from(BinaryValue, "base64") } : {}),
      };
    }
  }
  const { messageId, body, group, sentAt } = given;
  const raw = {
    messageId,
    receiptHandle: "",
    body,
    attributes,
    group: typeof group === "string" ? group : undefined,
    sentAt: typeof sentAt === "number" ? sentAt : 0,
    receiveCount: 0,
  };
  return interpreted(raw, kind);
}
