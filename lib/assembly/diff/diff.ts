import { AssemblyModel, type TemplateSource } from "../model/index.ts";
import { consumerFindings, deadLetterFindings } from "./consumers.ts";
import { type Finding, isSame, type Pair } from "./finding.ts";
import { mappingFindings } from "./mappings.ts";
import { removals, replacements } from "./replacements.ts";
import { retentionFindings } from "./retentions.ts";
import { settingFindings } from "./settings.ts";
import { subscriptionFindings } from "./subscriptions.ts";

/** How two states of an app differ. */
export interface Difference {
  /** What loses something, or makes events run twice. */
  readonly findings: readonly Finding[];
  /** Resources, of all types. */
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number };
}

/**
 * What a deployment would do to what keeps messages, data and order: resources that would be replaced or deleted, filters that narrow,
 * retentions that shrink, consumers whose claims no longer count. Resources are the same if stack and logical id are.
 */
export function differenceOf(before: readonly TemplateSource[], after: readonly TemplateSource[]): Difference {
  const [old, next] = [new AssemblyModel(before), new AssemblyModel(after)];
  const pairs = old.resources.flatMap((each): Pair[] => {
    const found = next.get(each.stack, each.logicalId);
    return found === undefined || found.type !== each.type ? [] : [{ before: each, after: found }];
  });
  const same = new Set(pairs.flatMap((pair) => [pair.before, pair.after]));
  const removed = old.resources.filter((each) => !same.has(each));
  const added = next.resources.filter((each) => !same.has(each));
  return {
    findings: [
      ...replacements(pairs),
      ...removals(removed, added),
      ...subscriptionFindings(old, next),
      ...retentionFindings(pairs),
      ...consumerFindings(old, next),
      ...deadLetterFindings(pairs),
      ...mappingFindings(old, next),
      ...settingFindings(pairs),
    ],
    counts: {
      added: added.length,
      changed: pairs.filter((pair) => !isSame(pair.before.properties, pair.after.properties)).length,
      removed: removed.length,
    },
  };
}
