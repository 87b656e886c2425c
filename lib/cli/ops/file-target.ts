import { resolve } from "node:path";
import { CliError, EXIT } from "../cli-error.ts";

/** A bucket and a prefix in S3. */
const S3 = /^s3:\/\/[^/]+\/./;

/** Two letters or more and a colon: one letter is a drive of Windows. */
const SCHEME = /^[a-z][a-z\d+.-]+:/i;

/** The absolute path of a file that was named on the command line. @throws CliError, exit code 2, for an address such as `s3:/bucket` */
export function fileTarget(text: string, directory: string, expected = "a file"): string {
  if (SCHEME.test(text)) {
    throw new CliError(`${text} is not ${expected}`, { exitCode: EXIT.usage });
  }
  return resolve(directory, text);
}

/** Where an archive is: a path, or an address in S3. @throws CliError, exit code 2, for anything else */
export function archiveTarget(text: string, directory: string): string {
  return S3.test(text) ? text : fileTarget(text, directory, "a file, or a bucket and a prefix: s3://bucket/prefix");
}
