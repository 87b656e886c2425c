import fc from "fast-check";
import { expect, test } from "vitest";
import { NAME_RULES, physicalName } from "../../../../lib/local/deploy/names.ts";

const identifiers = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,120}$/);

test("names are within the service's limit, the same for the same resource, and different for different ones", () => {
  fc.assert(
    fc.property(identifiers, identifiers, fc.constantFrom(...Object.values(NAME_RULES)), (stack, logicalId, rule) => {
      const name = physicalName(stack, logicalId, rule);
      expect(name.length).toBeLessThanOrEqual(rule.maxLength);
      expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]*(\.fifo)?$/);
      expect(physicalName(stack, logicalId, rule)).toBe(name);
      expect(physicalName(stack, `${logicalId}x`, rule)).not.toBe(name);
    }),
  );
});

test("the form of names", () => {
  expect(physicalName("Shop", "OrdersQueue", NAME_RULES.queue)).toMatch(/^Shop-OrdersQueue-[0-9a-f]{12}$/);
  expect(physicalName("Shop", "OrdersQueue", NAME_RULES.fifoQueue)).toMatch(/^Shop-OrdersQueue-[0-9a-f]{12}\.fifo$/);
  expect(physicalName("Shop", "Payloads", NAME_RULES.bucket)).toMatch(/^shop-payloads-[0-9a-f]{12}$/);
});
