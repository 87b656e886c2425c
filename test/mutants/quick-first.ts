import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Orders test files so that a mutant is noticed soon: those first that noticed the one before, then those that take little time. */
export default class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = (file: TestSpecification) => {
      const last = this.ctx.cache.getTestSpecificationResult(file);
      return last?.failed === true ? -1 : (last?.duration ?? 0);
    };
    return [...files].sort((left, right) => rankOf(left) - rankOf(right));
  }
}
