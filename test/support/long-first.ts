import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take long, longest first within their project. In a fresh clone nothing is known of earlier runs, and vitest starts with the
 * largest files: a small one that takes long would start last, and the others would wait for it.
 */
export const LONG = [
  "test/unit/testing/simulation.test.ts",
  "test/unit/testing/virtual-time.test.ts",
  "test/template/constructs/left-out.test.ts",
  "test/template/constructs/size.test.ts",
  "test/template/constructs/silent-loss.test.ts",
  "test/template/constructs/whole.test.ts",
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
  "test/e2e/app/orders.test.ts",
  "test/e2e/app/demo.test.ts",
];

/** Starts the files of {@link LONG} before the others of their project. */
export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) => {
      const own = sorted.filter((file) => file.project === project);
      const rankOf = ({ moduleId }: TestSpecification) => {
        const rank = LONG.indexOf(relative(this.ctx.config.root, moduleId).replaceAll("\\", "/"));
        return rank === -1 ? LONG.length : rank;
      };
      return own.sort((left, right) => rankOf(left) - rankOf(right));
    });
  }
}
