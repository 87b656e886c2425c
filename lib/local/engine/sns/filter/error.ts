/** A filter policy that SNS would refuse. The message is SNS's own after `FilterPolicy: `. */
export class FilterPolicyError extends Error {
  /** The policy is well formed, but not for its scope. */
  readonly isAboutScope: boolean;

  constructor(message: string, options: { isAboutScope?: boolean } = {}) {
    super(message);
    this.name = "FilterPolicyError";
    this.isAboutScope = options.isAboutScope ?? false;
  }
}
