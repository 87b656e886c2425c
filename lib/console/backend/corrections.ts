import { join } from "node:path";
import { describeError, FanfareError } from "../../errors/index.ts";
import {
  archivePlace,
  type Cloud,
  type Correction,
  correctionNote,
  correctionOf,
  type DeadLetterTarget,
  resendCorrected,
  textWithData,
} from "../../ops/index.ts";
import type { ContractSource, FailuresBackend } from "../server/index.ts";
import type { CheckedCorrection, Correction as Request } from "../wire/index.ts";
import { confirmName } from "./confirm.ts";
import { issuesOf } from "./contract-check.ts";
import type { LetterCache } from "./letter-cache.ts";
import { letterIn } from "./letter-cache.ts";
import type { NoteWrite } from "./note-write.ts";

/** What {@link createCorrections} works with. */
export interface CorrectionsParts {
  readonly cloud: Cloud;
  readonly cache: LetterCache;
  readonly targetOf: (id: string) => Promise<DeadLetterTarget>;
  readonly contracts: ContractSource | undefined;
  /** Folder in which originals are archived. */
  readonly journals: string;
  readonly note: NoteWrite;
}

/** Letters that are corrected and sent again as new events, as `fanfare dlq edit` does it. */
export function createCorrections(parts: CorrectionsParts): Pick<FailuresBackend, "checkCorrection" | "resend"> {
  const { cloud, cache, targetOf, journals, note } = parts;
  return {
    checkCorrection: async (request) => (await checked(request, parts)).said,
    async resend(request) {
      const target = await targetOf(request.queue);
      confirmName(target, request.confirm);
      const { said, correction, letter } = await checked(request, parts);
      const [issue] = said.issues ?? [];
      if (correction === undefined || issue !== undefined) {
        throw new FanfareError("ConfigurationInvalid", `${issue?.path || "the data"}: ${issue?.message ?? "invalid"}`, {
          field: "data",
          remedy: "correct it; nothing was sent",
        });
      }
      const { queue: to } = target.subscriber;
      const archive = join(journals, `edit-${correction.id}.ndjson`);
      note(correctionNote(target, letter, correction, archive));
      await resendCorrected(cloud, target, letter, correction, archivePlace(cloud, archive));
      cache.remove(target, letter.messageId);
      return {
        id: correction.id,
        to: to.name,
        archive,
        restore: `fanfare dlq restore ${target.queue.name} ${archive}`,
      };
    },
  };
}

interface Judged {
  readonly said: CheckedCorrection;
  /** Undefined for data of which no event can be made. */
  readonly correction: Correction | undefined;
}

async function checked({ queue, id, data }: Request, { cache, targetOf, contracts }: CorrectionsParts) {
  const target = await targetOf(queue);
  const letter = await letterIn(cache, target, id);
  return { letter, ...(await judged()) };

  async function judged(): Promise<Judged> {
    let correction: Correction;
    try {
      correction = correctionOf(letter, textWithData(letter, data, target.subscriber), target.subscriber);
    } catch (error) {
      return { said: { issues: [{ path: "", message: describeError(error).message }] }, correction: undefined };
    }
    const issues = await issuesOf(correction.envelope, target.subscriber, contracts);
    const unknown = issues === undefined && ((await contracts?.contracts()) ?? []).length > 0;
    const message = `no contract of what is deployed has the event ${correction.envelope.type}`;
    return { said: { issues: unknown ? [{ path: "", message }] : issues }, correction };
  }
}
