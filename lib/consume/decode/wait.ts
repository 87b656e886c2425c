/** Waits for an async function of the user, named by its path, no longer than it may take. @throws FanfareError `CallbackTimeout` */
export type Wait = <Result>(callback: string, pending: Promise<Result>) => Promise<Result>;
