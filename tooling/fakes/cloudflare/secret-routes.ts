import { jsonOf, Refusal, type Exchange, type Row } from "./http.ts";
import { addVersion, deployVersion, latest } from "./script-store.ts";
import { current, type AccountState, type StoredBinding, type StoredScript } from "./state.ts";

const NEEDS = "Workers Scripts";
const SCRIPT = "/workers/scripts/:script";

/** Secrets belong to a version: changing one makes another version, at once deployed. Their values are never told. */
export function secretRoutes(state: AccountState): Row[] {
  const named = ({ params }: Exchange): StoredScript => state.script(params["script"] ?? "");

  function changeSecrets(script: StoredScript, change: (before: StoredBinding[]) => StoredBinding[]): void {
    const newest = latest(script);
    if (newest && current(script) !== newest) {
      const why =
        "Secret edit failed. You attempted to modify a secret, but the latest version of your Worker isn't currently deployed.";
      throw new Refusal(400, 10_215, why);
    }
    const { metadata = {}, modules = [], bindings = [] } = newest ?? {};
    const of = { bindings: change(bindings), modules, metadata, annotations: {}, source: "secret" };
    const version = addVersion(script, of, state.now());
    deployVersion(script, [{ version_id: version.id, percentage: 100 }], state.now(), {
      "workers/triggered_by": "secret",
    });
  }

  const secretsOf = (script: StoredScript): { name: string; type: string }[] =>
    (latest(script)?.bindings ?? [])
      .filter(({ type }) => type === "secret_text")
      .map(({ name, type }) => ({ name, type }));

  const setSecret = (script: StoredScript, { name, text }: { name: string; text: string }): void => {
    const secret = { name, type: "secret_text", text };
    changeSecrets(script, (before) => [...before.filter((each) => each.name !== name), secret]);
  };

  return [
    {
      method: "GET",
      path: `${SCRIPT}/secrets`,
      needs: NEEDS,
      handle: (exchange) => secretsOf(named(exchange)),
    },
    {
      method: "PUT",
      path: `${SCRIPT}/secrets`,
      needs: NEEDS,
      handle: (exchange) => {
        const secret = jsonOf<{ name: string; text: string }>(exchange);
        setSecret(named(exchange), secret);
        return { name: secret.name, type: "secret_text" };
      },
    },
    {
      method: "PATCH",
      path: `${SCRIPT}/secrets-bulk`,
      needs: NEEDS,
      handle: (exchange) => {
        const script = named(exchange);
        const { secrets = {} } = jsonOf<{ secrets?: Record<string, { text: string } | null> }>(exchange);
        const added = Object.entries(secrets).flatMap(([name, secret]) =>
          secret === null ? [] : [{ name, type: "secret_text", text: secret.text }],
        );
        changeSecrets(script, (before) => [...before.filter(({ name }) => !Object.hasOwn(secrets, name)), ...added]);
        return secretsOf(script);
      },
    },
    {
      method: "DELETE",
      path: `${SCRIPT}/secrets/:secret`,
      needs: NEEDS,
      handle: (exchange) => {
        const script = named(exchange);
        const { secret } = exchange.params;
        if (!secretsOf(script).some(({ name }) => name === secret)) {
          throw new Refusal(404, 10_056, `workers.api.error.secret_not_found: ${secret}`);
        }
        changeSecrets(script, (before) => before.filter(({ name }) => name !== secret));
        return null;
      },
    },
  ];
}
