import { Agent, request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { REGION } from "./place.ts";
import type { RawRequest } from "./requests.ts";

/** A response as it came. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Sends requests as they are: an SDK would refuse some of them, and takes more time than the server. */
export class Connection {
  readonly #endpoint: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  send({ service, method, path, headers, body }: RawRequest): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sending = httpRequest(`${this.#endpoint}${path}`, {
        agent: this.#agent,
        method,
        headers: {
          ...headers,
          authorization: `AWS4-HMAC-SHA256 Credential=test/20261129/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
          "content-length": Buffer.byteLength(body),
        },
      });
      sending.once("error", reject);
      sending.once("response", (response) => {
        text(response).then((content) => resolve({ status: response.statusCode ?? 0, body: content }), reject);
      });
      sending.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
