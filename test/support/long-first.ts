import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take long, longest first within their project; projects with one of them start before the others of their group. In a fresh clone nothing is known of earlier runs, and vitest starts with the
 * largest files: a small one that takes long would start last, and the others would wait for it.
 */
export const LONG = [
  "test/unit/testing/simulation.test.ts",
  "test/unit/testing/virtual-time.test.ts",
  "test/template/constructs/left-out.test.ts",
  "test/template/constructs/size.test.ts",
  "test/template/constructs/silent-loss.test.ts",
  "test/template/constructs/whole.test.ts",
  "test/e2e/console/console.test.ts",
  "test/template/constructs/bundling.test.ts",
  "test/integration/console/corrections.test.ts",
  "test/integration/ops/verbs.test.ts",
  "test/integration/ops/canary.test.ts",
  "test/integration/infra/uncaught.test.ts",
  "test/integration/aws/both-clients.test.ts",
  "test/integration/testing/deploy.test.ts",
  "test/integration/ops/edit.test.ts",
  "test/integration/cli/dev.test.ts",
  "test/integration/poll/poll.test.ts",
  "test/integration/ops/trace.test.ts",
  "test/integration/local/runtime/delivery.test.ts",
  "test/integration/cli/send.test.ts",
  "test/integration/ops/redrive.test.ts",
  "test/integration/local/pollers/batches.test.ts",
  "test/integration/bundles/bundle-again.test.ts",
  "test/integration/bundles/bundle.test.ts",
  "test/e2e/app/orders.test.ts",
  "test/e2e/app/demo.test.ts",
];

/** The files of {@link LONG} before the others of their project, and their projects first; otherwise in the order in which they are given. */
export function longFirst<File extends { readonly project: unknown; readonly moduleId: string }>(
  files: readonly File[],
  root: string,
): File[] {
  const rankOf = ({ moduleId }: File) => {
    const rank = LONG.indexOf(relative(root, moduleId).replaceAll("\\", "/"));
    return rank === -1 ? LONG.length : rank;
  };
  const byProject = [...Map.groupBy(files, ({ project }) => project).values()].map((own) =>
    own.sort((left, right) => rankOf(left) - rankOf(right)),
  );
  const rankOfFirst = ([first]: File[]) => (first === undefined ? LONG.length : rankOf(first));
  return byProject.sort((left, right) => rankOfFirst(left) - rankOfFirst(right)).flat();
}

/** Starts files in the order of {@link longFirst}. */
export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longFirst(await super.sort(files), this.ctx.config.root);
  }
}
