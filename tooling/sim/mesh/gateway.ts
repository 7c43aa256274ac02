import { createApp } from "../../../services/hoox/src/app.ts";
import { createDeps } from "../../../services/hoox/src/deps.ts";
import { Isolate } from "../process.ts";
import { skewOf } from "../skew.ts";
import type { Background, World } from "../world.ts";

export interface GatewayAnswer {
  status: number;
  requestId: string | undefined;
  /** `accepted`, `duplicate` or the code of an error. */
  said: string;
}

/** services/hoox/src/index.ts: one invocation per alert. */
export function startGateway(world: World, env: object): (body: string, alert: string) => Promise<GatewayAnswer> {
  const isolate = new Isolate({
    name: "hoox",
    skewMs: skewOf(world, "hoox"),
    build: () => {
      const deps = createDeps(env);
      return createApp(() => deps);
    },
  });
  const handle = async (body: string, background: Background): Promise<GatewayAnswer> => {
    const request = new Request("https://hoox.example/webhook", { method: "POST", body });
    const context = { waitUntil: background, passThroughOnException: () => undefined, props: {} };
    return readAnswer(await isolate.state.fetch(request, env, context));
  };
  return (body, alert) =>
    world.invoke(isolate, "hoox POST /webhook", (background) => handle(body, background), { alert }).answer;
}

async function readAnswer(response: Response): Promise<GatewayAnswer> {
  const body: unknown = await response.json();
  const text = (of: unknown, key: string): string | undefined => {
    const value: unknown = typeof of === "object" && of !== null ? Reflect.get(of, key) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const error: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "error") : undefined;
  return {
    status: response.status,
    requestId: text(body, "requestId"),
    said: text(body, "status") ?? text(error, "code") ?? "",
  };
}
