// What the service refuses: the status and the fields of `error` in its body.

export class ApiError extends Error {
  constructor(status, detail = {}) {
    super(detail.message || `The service answered ${status}.`);
    this.status = status;
    this.param = detail.param ?? null;
    this.code = detail.code ?? null;
  }
}

export class UnreachableError extends Error {
  constructor() {
    super("The service does not answer. Is it running, and are you online?");
  }
}

export function isAbort(error) {
  return error?.name === "AbortError";
}
