import type { World } from "./world.ts";

/** Uploads and deploys a Worker of one module. */
export function uploadWorker(
  call: World["call"],
  name: string,
  source: string,
  options: { bindings?: readonly Record<string, string>[]; deploy?: false } = {},
): Promise<unknown> {
  const metadata = { main_module: "index.js", compatibility_date: "2026-08-04", bindings: options.bindings ?? [] };
  const form = new FormData();
  form.append("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
  form.append("index.js", new Blob([source], { type: "application/javascript+module" }), "index.js");
  const script = `/workers/scripts/${name}`;
  return options.deploy === false ? call("post", `${script}/versions`, form) : call("put", script, form);
}
