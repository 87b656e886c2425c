import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits: it cannot be guessed, however many requests are made. */
const SECRET_BYTES = 32;

/**
 * Who may use the console: the browser that opened the one-time link. The link's token is exchanged for a session, whose secret the
 * browser keeps in a cookie. A used token is worth nothing: it may stay in a terminal's history.
 */
export class Access {
  #token = newSecret();
  readonly #sessions = new Set<string>();

  /** The token of the next one-time link. */
  get token(): string {
    return this.#token;
  }

  /** The secret of a new session; undefined for a token that is wrong or has been used. The next link has a new token. */
  exchange(token: string): string | undefined {
    if (!isSame(token, this.#token)) {
      return undefined;
    }
    this.#token = newSecret();
    const secret = newSecret();
    this.#sessions.add(digest(secret));
    return secret;
  }

  /** Whether a cookie's value is the secret of a session. */
  knows(secret: string | undefined): boolean {
    return secret !== undefined && this.#sessions.has(digest(secret));
  }
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Digests have equal lengths, and looking one up tells nothing about the secret. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(digest(left)), Buffer.from(digest(right)));
}
