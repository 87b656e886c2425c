import { FanfareError } from "../errors/index.ts";

const HOST = /^sns\.([a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\.com(?:\.cn)?$/;
const PATH = /^\/SimpleNotificationService-[A-Za-z0-9]{1,128}\.pem$/;

/**
 * Returns the address of a certificate if it is one of SNS in the Region of the topic. Anybody can sign a message with a key of their
 * own and name its certificate, so only the host tells whose it is.
 * Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
 *
 * @throws FanfareError `SignatureInvalid` for any other address
 */
export function certificateUrl(text: string, topicArn: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const region = url && HOST.exec(url.hostname)?.[1];
  const plain =
    url?.protocol === "https:" &&
    url.port === "" &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (url === undefined || !plain || !PATH.test(url.pathname) || region !== topicArn.split(":")[3]) {
    throw new FanfareError("SignatureInvalid", "SigningCertURL is not an address of SNS in the topic's Region", {
      field: "SigningCertURL",
      remedy: "respond with 403: SNS did not send this message",
    });
  }
  return url.href;
}
