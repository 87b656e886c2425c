/** Runs an app of the CDK as the CDK's own command does, to get the cloud assembly that the local runtime takes. */
export { type CdkProject, readCdkProject } from "./cdk-project.ts";
export { type RequiredWork, SynthesisRecord } from "./synthesis-record.ts";
export { synthesize } from "./synthesize.ts";
export { Synthesizer } from "./synthesizer.ts";
export { UNBUNDLED_MARK } from "./unbundled.ts";
