import { consume } from "fanfare";
import { webhooks } from "./contract.ts";
import { keep } from "./keep.ts";

/** Stores changes of issues and pull requests for triage. */
export const handler = consume(webhooks, { IssueChanged: keep, PullRequestChanged: keep });
