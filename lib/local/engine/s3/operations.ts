import type * as sdk from "@aws-sdk/client-s3";
import type { Handler, Operations } from "../kernel/index.ts";
import type { S3State } from "./state.ts";

type Sdk = Operations<typeof sdk>;

/** Bodies are bytes: streams exist only over HTTP. */
type WithBytes<Input> = Omit<Input, "Body"> & { Body?: Uint8Array | undefined };

/** The operations of S3 with the SDK's own input and output, except for bodies. */
export interface S3Operations extends Omit<Sdk, "GetObject" | "PutObject" | "UploadPart"> {
  GetObject: Pick<Sdk["GetObject"], "input"> & { output: WithBytes<Sdk["GetObject"]["output"]> & { Body: Uint8Array } };
  PutObject: Pick<Sdk["PutObject"], "output"> & { input: WithBytes<Sdk["PutObject"]["input"]> };
  UploadPart: Pick<Sdk["UploadPart"], "output"> & { input: WithBytes<Sdk["UploadPart"]["input"]> };
}

/** Performs one operation. Throws `AwsError` as the service does. */
export type S3Handler<Name extends keyof S3Operations> = Handler<S3State, S3Operations[Name]>;
