import { consume } from "fanfare";
import { webhooks } from "./contract.ts";
import { keep } from "./keep.ts";

/** Keeps what people do to issues and pull requests, for those who triage them. */
export const handler = consume(webhooks, { IssueChanged: keep, PullRequestChanged: keep });
