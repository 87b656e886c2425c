import { consume } from "fanfare";
import { webhooks } from "./contract.ts";
import { keep } from "./keep.ts";

/** Stores the pushes that would start a deployment. */
export const handler = consume(webhooks, { Pushed: keep });
