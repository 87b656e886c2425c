
import { defineContract, event } from "fanfare";
const issue = (message, ...path) => ({ message, path });
const schema = { "~standard": { version: 1, vendor: "test", validate(value) {
  const { orderId, total, card, lines = [] } = value;
  const issues = [
    ...(typeof orderId === "string" && orderId !== "" ? [] : [issue("no order", "orderId")]),
    ...(typeof total === "number" ? [] : [issue("no number", "total")]),
    ...(card === undefined || card.startsWith("4") ? [] : [issue("the card " + card + " is none", "card")]),
    ...lines.flatMap(({ sku }, index) => (typeof sku === "string" ? [] : [issue("no sku", "lines", index, "sku")])),
  ];
  return issues.length > 0 ? { issues } : { value };
} } };
export const shop = defineContract("shop", {
  OrderPlaced: event({ version: 2, schema, upcast: { 1: ({ amount, ...rest }) => ({ ...rest, total: amount }) } }),
});
