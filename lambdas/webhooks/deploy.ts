import { consume } from "fanfare";
import { webhooks } from "./contract.ts";
import { keep } from "./keep.ts";

/** Keeps the pushes that a deployment would start from. */
export const handler = consume(webhooks, { Pushed: keep });
