import { addresses } from "./addresses.ts";
import { answers } from "./answers.ts";
import { attention } from "./attention.ts";
import { bindings, storage } from "./bindings.ts";
import { buckets } from "./buckets.ts";
import type { Check } from "./check.ts";
import { clock } from "./clock.ts";
import { consumerSettings } from "./consumer-settings.ts";
import { consumers } from "./consumers.ts";
import { crons } from "./crons.ts";
import { databases } from "./databases.ts";
import { delay } from "./delay.ts";
import { delivery } from "./delivery.ts";
import { devVars } from "./dev-vars.ts";
import { kvLag } from "./kv-lag.ts";
import { kvValues } from "./kv-values.ts";
import { letters } from "./letters.ts";
import { migrations } from "./migrations.ts";
import { monitor } from "./monitor.ts";
import { namespaces } from "./namespaces.ts";
import { node } from "./node.ts";
import { packages } from "./packages.ts";
import { permissions } from "./permissions.ts";
import { port } from "./port.ts";
import { queues } from "./queues.ts";
import { registry } from "./registry.ts";
import { retention } from "./retention.ts";
import { secrets } from "./secrets.ts";
import { stateFolder } from "./state-folder.ts";
import { token } from "./token.ts";
import { workers } from "./workers.ts";

/** Every check. What others need comes first: findings are mended in this order. */
export const checks: readonly Check[] = [
  node,
  packages,
  registry,
  stateFolder,
  port,
  devVars,
  clock,
  token,
  permissions,
  databases,
  namespaces,
  buckets,
  queues,
  migrations,
  workers,
  storage,
  bindings,
  crons,
  addresses,
  secrets,
  consumers,
  consumerSettings,
  delivery,
  delay,
  retention,
  answers,
  monitor,
  kvValues,
  kvLag,
  letters,
  attention,
];
