export { CERTIFICATE_PATH, certificatePem, type SignatureVersion, sign } from "./sign.ts";
