export { CERTIFICATE_PATH, certificatePem, type SignatureVersion, type SignedMessage, sign } from "./sign.ts";
