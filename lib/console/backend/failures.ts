import { FanfareError } from "../../errors/index.ts";
import {
  type Cloud,
  countsOf,
  type DeadLetterTarget,
  isAsExpected,
  type LetterFilter,
  planMove,
  tracedIdOf,
} from "../../ops/index.ts";
import { envelopeVersion } from "../../wire/index.ts";
import type { ConfirmedRedrive, ContractSource, FailuresBackend, RedriveRequest } from "../server/index.ts";
import { confirmName } from "./confirm.ts";
import { envelopeIn, issuesOf } from "./contract-check.ts";
import { createCorrections } from "./corrections.ts";
import { byTime, LetterCache, letterIn, MAX_LETTERS } from "./letter-cache.ts";
import { bodyOf, groupsOf, letterView, reasonOf, timelineOf } from "./letter-views.ts";
import type { NoteWrite } from "./note-write.ts";
import { type JobRequest, RedriveJobs } from "./redrive-jobs.ts";

/** More messages than these are redriven in steps, unless the user declines: as `fanfare dlq redrive` does. */
const CANARY_FROM = 100;

/** What {@link createFailures} works with. */
export interface FailuresParts {
  readonly cloud: Cloud;
  readonly targetOf: (id: string) => Promise<DeadLetterTarget>;
  readonly contracts: ContractSource | undefined;
  /** Folder of the journals of redrives, from which a redrive continues after a crash. */
  readonly journals: string;
  readonly note: NoteWrite;
}

/** Dead letters of the fleet, and redrives. */
export function createFailures({ cloud, targetOf, contracts, journals, note }: FailuresParts): FailuresBackend {
  const cache = new LetterCache(cloud);
  const jobs = new RedriveJobs(cloud, journals, note);
  return {
    ...createCorrections({ cloud, cache, targetOf, contracts, journals, note }),
    async groups(queue) {
      const target = await targetOf(queue);
      const { letters, about } = await cache.read(target);
      return { queue: target.queue.name, groups: groupsOf([...letters.values()]), seen: letters.size, about };
    },
    async letters(queue, fingerprint) {
      const { letters, about } = await cache.last(await targetOf(queue));
      const own = [...letters.values()].filter((letter) => letter.fingerprint === fingerprint).sort(byTime);
      return { letters: own.map(letterView), seen: letters.size, about };
    },
    async letter(queue, id, withBody) {
      const target = await targetOf(queue);
      const letter = await letterIn(cache, target, id);
      const { body, data } = bodyOf(letter, target.subscriber);
      const envelope = envelopeIn(letter);
      const issues = envelope === undefined ? undefined : await issuesOf(envelope, target.subscriber, contracts);
      return {
        letter: letterView(letter),
        reason: reasonOf(letter),
        timeline: timelineOf(letter, target.queue),
        attributes: Object.entries(letter.attributes).map(([name, value]) => [name, value.StringValue ?? "binary"]),
        body: withBody ? body : null,
        data: withBody ? data : undefined,
        version: envelope === undefined ? undefined : envelopeVersion(envelope),
        differences: issues?.length,
        issues: withBody ? (issues ?? []) : [],
        queue: target.queue.name,
        traceId: tracedIdOf(letter),
        command: `fanfare dlq show ${target.queue.name} ${id}${withBody ? " --body" : ""}`,
      };
    },
    async plan(request) {
      const target = await targetOf(request.queue);
      // All of a queue are counted by SQS; how many have one cause is only known when all were read.
      const limit = request.fingerprint === undefined ? MAX_LETTERS : undefined;
      const plan = await planMove(cloud, target, filterOf(request), { limit });
      const { estimated, groups, seconds, seen, approximate, complete, retentionLeftSeconds } = plan;
      return {
        count: estimated,
        groups: groups.length,
        durationSeconds: seconds,
        warnings: [
          ...(complete
            ? []
            : [`Of about ${approximate} dead letters ${seen} were looked at: the count is an estimate.`]),
          ...(retentionLeftSeconds !== undefined && retentionLeftSeconds < 86_400
            ? ["The oldest of these messages expires in less than a day."]
            : []),
        ],
        canary: estimated > CANARY_FROM,
        command: commandOf("redrive", target, request),
      };
    },
    async redrive(request) {
      const target = await targetOf(request.queue);
      await confirm(cloud, target, request);
      return jobs.redrive(jobOf("redrive", target, request), request.canary === true);
    },
    async archive(request) {
      const target = await targetOf(request.queue);
      await confirm(cloud, target, request);
      return jobs.archive(jobOf("archive", target, request));
    },
    jobs: () => jobs.all,
    stop: (id) => jobs.stop(id),
  };
}

function filterOf({ fingerprint }: RedriveRequest): LetterFilter {
  return fingerprint === undefined ? { all: true } : { fingerprints: [fingerprint] };
}

type Verb = "redrive" | "archive";

function jobOf(verb: Verb, target: DeadLetterTarget, request: ConfirmedRedrive): JobRequest {
  return { target, filter: filterOf(request), total: request.expectCount, command: commandOf(verb, target, request) };
}

function commandOf(verb: Verb, { queue }: DeadLetterTarget, { fingerprint, canary }: RedriveRequest): string {
  const chosen = fingerprint === undefined ? "--all" : `--group ${fingerprint}`;
  return `fanfare dlq ${verb} ${queue.name} ${chosen}${verb === "redrive" && canary === true ? " --canary" : ""}`;
}

/** @throws FanfareError `ConfigurationInvalid` for another name, or a count that has changed since the plan */
async function confirm(cloud: Cloud, target: DeadLetterTarget, request: ConfirmedRedrive): Promise<void> {
  confirmName(target, request.confirm);
  const matching = await countOf(cloud, target, request);
  if (!isAsExpected(matching, request.expectCount)) {
    throw new FanfareError(
      "ConfigurationInvalid",
      `there are ${matching} messages now, and the plan was for ${request.expectCount}`,
      {
        field: "expectCount",
        remedy: "close this and look at the new plan",
      },
    );
  }
}

/** How many messages are meant now. All are counted by SQS: to read 100,000 once more takes minutes. */
async function countOf(cloud: Cloud, target: DeadLetterTarget, request: RedriveRequest): Promise<number> {
  if (request.fingerprint !== undefined) {
    return (await planMove(cloud, target, filterOf(request))).estimated;
  }
  const { visible, inFlight, delayed } = await countsOf(cloud, target.queue);
  return visible + inFlight + delayed;
}
