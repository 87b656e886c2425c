/** Keys of an AWS principal. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Names of the variables that hold them. */
const VARIABLES = {
  accessKeyId: "AWS_ACCESS_KEY_ID",
  secretAccessKey: "AWS_SECRET_ACCESS_KEY",
  sessionToken: "AWS_SESSION_TOKEN",
} as const;

/** What a key or token may consist of. A line break, which configuration tools leave behind, would break the request's headers. */
const VALID = /^[\x21-\x7e]+$/;

/** There are no usable keys in the environment. Named like the SDK's error. */
class CredentialsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CredentialsProviderError";
  }
}

/** Reads the keys of the environment, for each call anew: Lambda and others may replace them. @throws Error without their values */
export function credentialsOfEnvironment(): Credentials {
  const accessKeyId = read("accessKeyId");
  const secretAccessKey = read("secretAccessKey");
  const sessionToken = read("sessionToken");
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? VARIABLES.accessKeyId : VARIABLES.secretAccessKey;
    throw new CredentialsError(`${missing} is not set`);
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}

function read(key: keyof Credentials): string | undefined {
  const value = process.env[VARIABLES[key]];
  if (value === undefined || value === "") {
    return undefined;
  }
  if (!VALID.test(value)) {
    throw new CredentialsError(`${VARIABLES[key]} contains a space, a line break or another character that no key has`);
  }
  return value;
}
