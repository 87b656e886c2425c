export const REGION = "eu-central-1";
export const ACCOUNT = "000000000000";
