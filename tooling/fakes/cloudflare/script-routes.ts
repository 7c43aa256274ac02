import { jsonOf, paged, Refusal, type Exchange, type Row } from "./http.ts";
import { deployVersion, secretsChangedSince, upload } from "./script-store.ts";
import {
  deploymentView,
  listedView,
  metadataView,
  schedulesView,
  serviceView,
  settingsView,
  uploadedView,
  versionItem,
  versionView,
} from "./script-views.ts";
import { current, type AccountState, type StoredScript } from "./state.ts";

const NEEDS = "Workers Scripts";
const SCRIPT = "/workers/scripts/:script";

/** Uploading, deploying and describing Workers, as wrangler and the dashboard do it. */
export function scriptRoutes(state: AccountState): Row[] {
  const named = ({ params }: Exchange): StoredScript => state.script(params["script"] ?? "");

  return [
    {
      method: "GET",
      path: "/workers/scripts",
      needs: NEEDS,
      handle: () => [...state.scripts.values()].map(listedView),
    },
    {
      method: "PUT",
      path: SCRIPT,
      needs: NEEDS,
      handle: async (exchange) => {
        const { script, version } = await upload(state, exchange);
        deployVersion(script, [{ version_id: version.id, percentage: 100 }], state.now(), version.annotations);
        return { ...uploadedView(script, version), deployment_id: version.id.replaceAll("-", "") };
      },
    },
    {
      method: "DELETE",
      path: SCRIPT,
      needs: NEEDS,
      handle: (exchange) => {
        const script = named(exchange);
        const used = [...state.scripts.values()].find(
          (other) => other !== script && current(other)?.bindings.some((each) => each["service"] === script.name),
        );
        if (used && exchange.query.get("force") !== "true") {
          throw new Refusal(400, 10_064, `Cannot delete this Worker as it is still referenced by ${used.name}`);
        }
        state.scripts.delete(script.name);
        for (const queue of state.queues.values()) {
          queue.consumers = queue.consumers.filter((each) => each.script !== script.name);
        }
        return null;
      },
    },
    {
      method: "POST",
      path: `${SCRIPT}/versions`,
      needs: NEEDS,
      handle: async (exchange) => {
        state.script(exchange.params["script"] ?? "");
        const { script, version } = await upload(state, exchange);
        return {
          ...versionView(script, version),
          startup_time_ms: 12,
          metadata: { ...metadataView(version), has_preview: false },
        };
      },
    },
    {
      method: "GET",
      path: `${SCRIPT}/versions`,
      needs: NEEDS,
      handle: (exchange) =>
        paged(exchange, named(exchange).versions.toReversed().map(versionItem), { name: "items", perPage: 10 }),
    },
    {
      method: "GET",
      path: `${SCRIPT}/versions/:version`,
      needs: NEEDS,
      handle: (exchange) => {
        const script = named(exchange);
        const version = script.versions.find(({ id }) => id === exchange.params["version"]);
        if (!version) throw new Refusal(404, 10_218, "workers.api.error.version_not_found");
        return versionView(script, version);
      },
    },
    {
      method: "GET",
      path: `${SCRIPT}/deployments`,
      needs: NEEDS,
      handle: (exchange) =>
        paged(exchange, named(exchange).deployments.toReversed().map(deploymentView), {
          name: "deployments",
          perPage: 10,
        }),
    },
    {
      method: "POST",
      path: `${SCRIPT}/deployments`,
      needs: NEEDS,
      handle: (exchange) => {
        const { versions = [], annotations } = jsonOf<{
          versions?: { version_id: string; percentage: number }[];
          annotations?: Record<string, string>;
        }>(exchange);
        if (versions.reduce((sum, { percentage }) => sum + percentage, 0) !== 100) {
          throw new Refusal(400, 10_208, "percentages of a deployment must add up to 100");
        }
        const script = named(exchange);
        const changed = versions.flatMap((each) => secretsChangedSince(script, each.version_id));
        if (changed.length > 0 && exchange.query.get("force") !== "true") {
          throw new Refusal(400, 10_220, `The following secrets have changed: ${changed.join(", ")}`);
        }
        return deploymentView(deployVersion(script, versions, state.now(), annotations));
      },
    },
    {
      method: "GET",
      path: `${SCRIPT}/settings`,
      needs: NEEDS,
      handle: (exchange) => settingsView(named(exchange)),
    },
    {
      method: "GET",
      path: `${SCRIPT}/script-settings`,
      needs: NEEDS,
      handle: (exchange) => named(exchange).settings,
    },
    {
      method: "PATCH",
      path: `${SCRIPT}/script-settings`,
      needs: NEEDS,
      handle: (exchange) => Object.assign(named(exchange).settings, jsonOf(exchange)),
    },
    {
      method: "GET",
      path: `${SCRIPT}/schedules`,
      needs: NEEDS,
      handle: (exchange) => schedulesView(named(exchange)),
    },
    {
      method: "PUT",
      path: `${SCRIPT}/schedules`,
      needs: NEEDS,
      handle: (exchange) => {
        const script = named(exchange);
        script.crons = jsonOf<{ cron: string }[]>(exchange).map(({ cron }) => cron);
        return schedulesView(script);
      },
    },
    {
      method: "GET",
      path: `${SCRIPT}/subdomain`,
      needs: NEEDS,
      handle: (exchange) => named(exchange).subdomain,
    },
    {
      method: "POST",
      path: `${SCRIPT}/subdomain`,
      needs: NEEDS,
      handle: (exchange) => {
        const { enabled, previews_enabled: previews } = jsonOf<{ enabled: boolean; previews_enabled?: boolean }>(
          exchange,
        );
        return Object.assign(named(exchange).subdomain, { enabled, previews_enabled: previews ?? enabled });
      },
    },
    { method: "GET", path: "/workers/subdomain", needs: NEEDS, handle: () => ({ subdomain: state.subdomain }) },
    {
      method: "GET",
      path: "/workers/services/:script",
      needs: NEEDS,
      handle: ({ params }) => {
        const script = state.scripts.get(params["script"] ?? "");
        if (!script) throw new Refusal(404, 10_090, "workers.api.error.service_not_found");
        return serviceView(script);
      },
    },
    {
      method: "GET",
      path: "/workers/workers/:script",
      needs: NEEDS,
      handle: (exchange) => ({
        id: named(exchange).tag,
        name: named(exchange).name,
        subdomain: named(exchange).subdomain,
      }),
    },
  ];
}
