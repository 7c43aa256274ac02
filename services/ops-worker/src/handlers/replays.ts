import { HttpError } from "#runtime/http-error";

/** The routes are agreed before what is behind them: until then the answer says so. */
export async function notBuilt(): Promise<never> {
  throw new HttpError(501, "not_built", "this mesh cannot plan or replay dead letters yet", {
    hint: "deploy a later version of ops-worker",
  });
}
