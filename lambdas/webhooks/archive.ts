import { consume } from "fanfare";
import { webhooks } from "./contract.ts";
import { keep } from "./keep.ts";

/** Stores every webhook. */
export const handler = consume(webhooks, {
  IssueChanged: keep,
  PullRequestChanged: keep,
  Pushed: keep,
  OtherActivity: keep,
});
