import { X509Certificate } from "node:crypto";
import { FanfareError } from "../errors/index.ts";

/** Certificates that are kept: SNS has one per Region, and changes it about once a year. */
const MAX_CACHED = 16;
/** Largest certificate in bytes; those of SNS have about 2,000. */
const MAX_BYTES = 16_384;
const TIMEOUT_MS = 5_000;

/** Certificates by address. What is being fetched is in it too, so that concurrent messages fetch it once. */
const cache = new Map<string, Promise<X509Certificate>>();

/**
 * Returns the certificate at an address of SNS. It is kept for the life of the process, unless fetching it failed or it has expired.
 *
 * @param fetchText fetches the PEM at an address; by default with a time limit, a size limit and without following redirects
 * @throws FanfareError `CertificateUnavailable` if it cannot be fetched, `SignatureInvalid` if it is none or is not valid now
 */
export async function certificateAt(
  url: string,
  fetchText: (url: string) => Promise<string> = fetchPem,
): Promise<X509Certificate> {
  const known = cache.get(url);
  const pending = known ?? read(url, fetchText);
  if (known === undefined) {
    cache.set(url, pending);
    for (const [oldest] of cache) {
      if (cache.size <= MAX_CACHED) {
        break;
      }
      cache.delete(oldest);
    }
  }
  try {
    const certificate = await pending;
    checkValidity(certificate);
    return certificate;
  } catch (error) {
    if (cache.get(url) === pending) {
      cache.delete(url);
    }
    throw error;
  }
}

/** Reads a certificate that the user trusts. @throws FanfareError `ConfigurationInvalid` */
export function trustedCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new FanfareError("ConfigurationInvalid", "certificate is no certificate in PEM", {
      field: "certificate",
      remedy: "pass the text of the file, beginning with -----BEGIN CERTIFICATE-----",
      cause,
    });
  }
}

async function read(url: string, fetchText: (url: string) => Promise<string>): Promise<X509Certificate> {
  let pem: string;
  try {
    pem = await fetchText(url);
  } catch (cause) {
    throw new FanfareError("CertificateUnavailable", "the certificate of SNS could not be fetched", {
      cause,
      remedy: "respond with 500, so that SNS sends the message again",
    });
  }
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw notTrusted("the certificate cannot be read", cause);
  }
}

function checkValidity({ validFrom, validTo }: X509Certificate): void {
  const now = Date.now();
  if (now < Date.parse(validFrom) || now > Date.parse(validTo)) {
    throw notTrusted("the certificate is not valid at this time");
  }
}

function notTrusted(message: string, cause?: unknown): FanfareError {
  return new FanfareError("SignatureInvalid", message, {
    field: "SigningCertURL",
    remedy: "respond with 403, and check the clock of this machine",
    ...(cause === undefined ? {} : { cause }),
  });
}

async function fetchPem(url: string): Promise<string> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok || response.body === null) {
    throw new Error(`HTTP status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) {
      throw new Error(`more than ${MAX_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
