import { expect, it } from "vitest";
import { consume, type SqsRecord } from "../../../lib/index.ts";
import { FAILURE_ATTRIBUTE } from "../../../lib/names/index.ts";
import { context, contract, envelope, offline, record, silent } from "./support.ts";

/** The fields of the line of a message's outcome. */
async function outcomeLine(more: object, reason?: string): Promise<Readonly<Record<string, unknown>>> {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const logger = {
    ...silent,
    info: (_message: string, fields: Readonly<Record<string, unknown>>) => lines.push(fields),
  };
  const handler = consume(contract, { Placed: () => {} }, offline({ logger }));
  const messageAttributes: SqsRecord["messageAttributes"] =
    reason === undefined ? {} : { [FAILURE_ATTRIBUTE]: { dataType: "String", stringValue: reason } };
  await handler({ Records: [record(envelope("1", { n: 1 }, more), { messageAttributes })] }, context());
  return lines.find(({ outcome }) => outcome === "done") ?? {};
}

it("an outcome's line names what the event belongs to, cut to 300 characters", async () => {
  expect(await outcomeLine({})).toMatchObject({ eventId: "1", correlationId: undefined, causationId: undefined });
  expect(await outcomeLine({ correlationid: "c", causationid: "d" })).toMatchObject({
    correlationId: "c",
    causationId: "d",
  });
  expect(String((await outcomeLine({ causationid: "d".repeat(5_000) })).causationId).length).toBeLessThan(400);
});

it.each([
  ["never", undefined, undefined],
  ["by a tool that counts", '{"error":"Error","redrives":3}', 3],
  ["by SQS, whose task does not count", '{"error":"Error"}', 1],
  ["with a count that is none", '{"redrives":"many"}', 1],
  ["with a reason that is no JSON", "{", 1],
])("an outcome's line says how often the message was redriven: %s", async (_, reason, redrives) => {
  expect((await outcomeLine({}, reason)).redrives).toBe(redrives);
});
